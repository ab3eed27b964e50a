#include "rewrite/guards/point_in_time.h"

#include "rewrite/guards/table_references.h"

#include <gtest/gtest.h>

#include <string>

namespace mogate::rewrite {
namespace {

std::string refusal(std::string_view sql) {
  auto error = check_points_in_time(sql, {}, {});
  return error ? error->message : "";
}

std::string point(std::string_view sql) {
  sql::Cursor in(sql, {});
  return take_point(in);
}

TEST(PointInTime, gives_equal_points_an_equal_form) {
  EXPECT_EQ(point("{snapshot = A}"), point("{ SNAPSHOT=`a` }"));
  EXPECT_EQ(point("{snapshot = a}"), point("{snapshot /* x */ = 'a'}"));
  EXPECT_NE(point("{snapshot = a}"), point("{snapshot = 'A'}"));
  EXPECT_NE(point("{snapshot = a}"), point("{timestamp = a}"));
  EXPECT_NE(point("{mo_ts = 1}"), point("{mo_ts = 2}"));
  EXPECT_EQ(point("{as of timestamp 'x'}"), point("{AS OF TIMESTAMP \"x\"}"));
}

TEST(PointInTime, takes_no_other_braces) {
  for (std::string_view sql :
       {"{}", "{'Level'='table'}", "{snapshot}", "{snapshots = a}", "{as x}", "{", "x", "{{snapshot=a}}"})
    EXPECT_EQ(point(sql), "") << sql;
}

TEST(PointInTime, says_what_to_do_instead) {
  EXPECT_NE(refusal("select * from t{snapshot=a} union select * from t{snapshot=b}").find("SNAPSHOT DIFF"),
            std::string::npos);
  EXPECT_NE(refusal("update t{snapshot=a} set b = 1").find("CLONE"), std::string::npos);
}

TEST(PointInTime, counts_each_statement_of_a_compound_for_itself) {
  EXPECT_EQ(refusal("begin select * from t{snapshot=a}; select * from t{snapshot=b}; end"), "");
  EXPECT_NE(refusal("begin select 1; select * from t{snapshot=a}, t{snapshot=b}; end"), "");
}

TEST(PointInTime, lets_branches_compare_two) {
  EXPECT_EQ(refusal("data branch diff t{snapshot=a} against t{snapshot=b}"), "");
}

TEST(TableReferences, know_which_tables_are_read_in_the_past) {
  sql::Cursor in("d.a, (b{snapshot=s} as x join c) left join (select * from e{snapshot=s}) y set z", {});
  TableReferences refs = read_references(in, {"SET"});
  EXPECT_TRUE(refs.several);
  EXPECT_TRUE(refs.is_past("b"));
  EXPECT_TRUE(refs.is_past("x"));
  for (std::string_view name : {"a", "c", "e", "y", "z"}) EXPECT_FALSE(refs.is_past(name)) << name;
  EXPECT_TRUE(in.peek().is("SET"));
}

}  // namespace
}  // namespace mogate::rewrite
