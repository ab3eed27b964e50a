#include "rewrite/sql/splitter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mogate::rewrite::sql {
namespace {

using Parts = std::vector<std::string>;

Parts cut(std::string_view sql, SqlMode mode = {}) {
  Parts out;
  for (const Part& part : split(sql, mode)) {
    out.emplace_back(part.text);
    EXPECT_EQ(sql.substr(part.offset, part.text.size()), part.text);
  }
  return out;
}

TEST(Splitter, cuts_at_semicolons_outside_quotes_and_comments) {
  EXPECT_EQ(cut("a; b ;c"), (Parts{"a", "b ", "c"}));
  EXPECT_EQ(cut("';' ; \";\""), (Parts{"';' ", "\";\""}));
  EXPECT_EQ(cut("`;`;x"), (Parts{"`;`", "x"}));
  EXPECT_EQ(cut("a /* ; */; -- ;\n b # ;"), (Parts{"a /* ; */", "-- ;\n b # ;"}));
  EXPECT_EQ(cut("$$;$$;x"), (Parts{"$$;$$", "x"}));
  EXPECT_EQ(cut("'\\';x';y"), (Parts{"'\\';x'", "y"}));
}

TEST(Splitter, heeds_the_sql_mode) {
  EXPECT_EQ(cut("'\\';x", {false, true, false}), (Parts{"'\\'", "x"}));
  EXPECT_EQ(cut("\"\\\";x", {true, false, false}), (Parts{"\"\\\"", "x"}));
}

TEST(Splitter, drops_empty_statements) {
  EXPECT_EQ(cut(""), Parts{});
  EXPECT_EQ(cut(" \n;; "), Parts{});
  EXPECT_EQ(cut("/* a */"), Parts{});
  EXPECT_EQ(cut("a;;b;"), (Parts{"a", "b"}));
  EXPECT_EQ(cut("a; /* b */ ;c"), (Parts{"a", "c"}));
}

TEST(Splitter, keeps_leading_comments_and_hints_with_the_statement) {
  EXPECT_EQ(cut("/* x */ a; /*+ y */ b"), (Parts{"/* x */ a", "/*+ y */ b"}));
  EXPECT_EQ(cut("/*+ y */"), Parts{});
}

TEST(Splitter, keeps_blocks_whole) {
  EXPECT_EQ(cut("begin a; b; end; c"), (Parts{"begin a; b; end", "c"}));
  EXPECT_EQ(cut("begin begin a; end; b; end; c"), (Parts{"begin begin a; end; b; end", "c"}));
  EXPECT_EQ(cut("begin if a then b; end if; end; c"), (Parts{"begin if a then b; end if; end", "c"}));
  EXPECT_EQ(cut("begin case when a then b end; end; c"), (Parts{"begin case when a then b end; end", "c"}));
  EXPECT_EQ(cut("begin case a when 1 then b; end case; end; c"),
            (Parts{"begin case a when 1 then b; end case; end", "c"}));
}

TEST(Splitter, keeps_the_body_of_a_task_whole) {
  EXPECT_EQ(cut("create task t schedule 'x' as begin a; delete from b; end; c"),
            (Parts{"create task t schedule 'x' as begin a; delete from b; end", "c"}));
  EXPECT_EQ(cut("create view v as begin; a"), (Parts{"create view v as begin", "a"}));
  EXPECT_EQ(cut("create task t as x begin; a"), (Parts{"create task t as x begin", "a"}));
}

TEST(Splitter, tells_a_transaction_from_a_block) {
  EXPECT_EQ(cut("begin; a; commit"), (Parts{"begin", "a", "commit"}));
  EXPECT_EQ(cut("begin work; a; end"), (Parts{"begin work", "a", "end"}));
  EXPECT_EQ(cut("BEGIN TRANSACTION; a"), (Parts{"BEGIN TRANSACTION", "a"}));
}

TEST(Splitter, gives_what_cannot_be_read_as_one_last_part) {
  EXPECT_EQ(cut("a; 'b; c"), (Parts{"a", "'b; c"}));
  EXPECT_EQ(cut("a; b /* ; c"), (Parts{"a", "b /* ; c"}));
}

}  // namespace
}  // namespace mogate::rewrite::sql
