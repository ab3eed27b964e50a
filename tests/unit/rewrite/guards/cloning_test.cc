#include "rewrite/guards/cloning.h"

#include <gtest/gtest.h>

#include <string>

namespace mogate::rewrite {
namespace {

using sql::TableName;

std::optional<Clone> clone(std::string_view sql) {
  sql::Cursor in(sql, {});
  auto out = parse_clone(in);
  EXPECT_FALSE(out && in.failed()) << sql;
  return out;
}

TEST(Cloning, reads_every_part_of_a_clone) {
  auto c =
      clone("temporary table if not exists `D`.C clone e.`T` {snapshot = 'S 1'} copy grants to account A;");
  ASSERT_TRUE(c);
  EXPECT_FALSE(c->database);
  EXPECT_EQ(c->target, (TableName{"d", "c"}));
  EXPECT_EQ(c->source, (TableName{"e", "t"}));
  EXPECT_EQ(c->at, "{snapshot = 'S 1'}");
  EXPECT_EQ(c->to_account, "a");
}

TEST(Cloning, reads_a_database) {
  auto c = clone("schema d clone e{mo_ts=1}");
  ASSERT_TRUE(c);
  EXPECT_TRUE(c->database);
  EXPECT_EQ(c->target, (TableName{"d", ""}));
  EXPECT_EQ(c->source, (TableName{"e", ""}));
  EXPECT_EQ(c->at, "{mo_ts=1}");
}

TEST(Cloning, leaves_other_creations) {
  for (std::string_view sql :
       {"table t (a int)", "table t like u", "table t as select 1", "view v as select 1", "table",
        "index i on t (a)", "table t", "database d", "table clone (a int)"})
    EXPECT_FALSE(clone(sql)) << sql;
}

TEST(Cloning, fails_on_a_clone_that_does_not_end) {
  for (std::string_view sql : {"table a clone", "table a clone b c", "table a clone b {snapshot=",
                               "table a clone b to account", "table a clone 'b'"}) {
    sql::Cursor in(sql, {});
    EXPECT_TRUE(parse_clone(in)) << sql;
    EXPECT_TRUE(in.failed()) << sql;
  }
}

DataBranch branch(std::string_view sql) {
  sql::Cursor in(sql, {});
  auto out = parse_data_branch(in);
  EXPECT_TRUE(out && !in.failed()) << sql;
  return out.value_or(DataBranch{});
}

TEST(Cloning, reads_what_a_branch_statement_touches) {
  DataBranch diff = branch("data branch diff a{snapshot='x'} against d.b columns (output) output as e.c");
  EXPECT_EQ(diff.verb, "diff");
  ASSERT_EQ(diff.reads.size(), 2U);
  EXPECT_EQ(diff.reads[0].table, (TableName{"", "a"}));
  EXPECT_EQ(diff.reads[0].at, "{snapshot='x'}");
  EXPECT_EQ(diff.reads[1].table, (TableName{"d", "b"}));
  ASSERT_EQ(diff.creates.size(), 1U);
  EXPECT_EQ(diff.creates[0].table, (TableName{"e", "c"}));
  EXPECT_TRUE(branch("data branch diff a against b output file '/x'").output_file);
  EXPECT_FALSE(branch("data branch diff a against b output limit 1").output_file);

  DataBranch create = branch("data branch create table d.a from e.b{mo_ts=1} to account x");
  EXPECT_EQ(create.creates[0].table, (TableName{"d", "a"}));
  EXPECT_EQ(create.reads[0].at, "{mo_ts=1}");
  EXPECT_EQ(create.to_account, "x");
  EXPECT_TRUE(branch("data branch create database a from b").database);

  EXPECT_EQ(branch("data branch delete table a").writes[0].table, (TableName{"", "a"}));
  EXPECT_TRUE(branch("data branch delete database a").database);

  DataBranch merge = branch("data branch merge a into b when conflict skip");
  EXPECT_EQ(merge.reads[0].table.table, "a");
  EXPECT_EQ(merge.writes[0].table.table, "b");
  EXPECT_FALSE(merge.subquery);
  EXPECT_TRUE(branch("data branch pick a into b keys (select 1)").subquery);
}

TEST(Cloning, fails_on_what_is_no_branch_statement) {
  for (std::string_view sql : {"data branch", "data branch create a from b", "data branch delete",
                               "data branch diff a", "data branch merge a b", "data branch create table a"}) {
    sql::Cursor in(sql, {});
    parse_data_branch(in);
    EXPECT_TRUE(in.failed()) << sql;
  }
  sql::Cursor other("data load", {});
  EXPECT_FALSE(parse_data_branch(other));
  EXPECT_FALSE(other.failed());
}

}  // namespace
}  // namespace mogate::rewrite
