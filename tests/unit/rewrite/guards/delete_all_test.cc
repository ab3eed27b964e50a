#include "rewrite/guards/delete_all.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace mogate::rewrite {
namespace {

using Names = std::vector<sql::TableName>;

std::optional<Names> parsed(std::string_view sql, int major) {
  Dialect dialect;
  dialect.version = {major, 0, 12};
  sql::Cursor in(sql, {});
  auto out = parse_delete_all(in, dialect);
  if (!out) return std::nullopt;
  return out->tables;
}

TEST(DeleteAll, reads_the_table_of_the_single_form) {
  for (int major : {3, 4})
    for (std::string_view sql : {"delete from D.t", "delete low_priority quick ignore from d.`t`",
                                 "delete from d.t as x", "delete from d.t x", "delete from d.t order by a, b",
                                 "delete from d.t partition (p0, p1)", "delete from d.t;"})
      EXPECT_EQ(parsed(sql, major), (Names{{"d", "t"}})) << sql;
}

TEST(DeleteAll, leaves_what_deletes_row_by_row) {
  for (int major : {3, 4})
    for (std::string_view sql :
         {"delete from t where a", "delete from t limit 1", "delete from t returning a",
          "delete t, u from t join u", "delete from t, u using t join u", "delete",
          "delete t from t join u where t.a = u.a", "delete t from t join u from t limit 1"})
      EXPECT_EQ(parsed(sql, major), std::nullopt) << sql;
}

// Tried: 3.0.12 truncates t in each of these, 4.2 in none.
TEST(DeleteAll, counts_joined_tables_before_4_0) {
  for (std::string_view sql : {"delete t from t", "delete from t using t", "delete d.t.* from t x",
                               "delete t from t join u on t.a = u.a"}) {
    EXPECT_NE(parsed(sql, 3), std::nullopt) << sql;
    EXPECT_EQ(parsed(sql, 4), std::nullopt) << sql;
  }
  EXPECT_EQ(parsed("delete x from d.t as x left join u", 3),
            (Names{{"", "x"}, {"d", "t"}, {"", "x"}, {"", "u"}}));
}

TEST(DeleteAll, tells_joined_tables) {
  auto joined = [](std::string_view sql) {
    Dialect dialect;
    dialect.version = {3, 0, 12};
    sql::Cursor in(sql, {});
    auto out = parse_delete_all(in, dialect);
    return out && out->joined;
  };
  for (std::string_view sql : {"delete t from t join u on t.a = u.a", "delete from t using t, u",
                               "delete x from t as x left join u"})
    EXPECT_TRUE(joined(sql)) << sql;
  for (std::string_view sql : {"delete from t", "delete from t partition (a, b)", "delete x from t as x",
                               "delete t from t join u where true"})
    EXPECT_FALSE(joined(sql)) << sql;
}

}  // namespace
}  // namespace mogate::rewrite
