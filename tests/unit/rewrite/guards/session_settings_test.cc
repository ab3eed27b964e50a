#include "rewrite/guards/session_settings.h"

#include "unit/rewrite/guards/texts.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using test::Seen;

TEST(JudgeSet, finds_remapping_variables_that_are_set) {
  for (std::string_view sql :
       {"set enable_remap_hint = 1", "set @@Enable_Remap_Hint=1", "set @ @session.remap_rewrites := 1",
        "set a = 1, persist remap_rewrites = ''", "set @@session.`enable_remap_hint` = 1"})
    EXPECT_EQ(test::seen(judge_set(sql, {}, {})), Seen::sys) << sql;
  for (std::string_view sql :
       {"set a = enable_remap_hint", "set @enable_remap_hint = 1", "set", "set a",
        "set a = 'enable_remap_hint = 1'", "set names utf8mb4 /* enable_remap_hint = 1 */"})
    EXPECT_EQ(test::seen(judge_set(sql, {}, {})), Seen::nothing) << sql;
}

TEST(JudgeSet, names_the_variable) {
  Parsed found = judge_set("set session Remap_Rewrites = 1", {}, {});
  EXPECT_EQ(std::get<NeedsSys>(std::get<Statement>(found).as).what, "remap_rewrites");
}

TEST(JudgeSet, refuses_to_number_connections) {
  EXPECT_EQ(test::seen(judge_set("set connection id to 1", {}, {})), Seen::error);
  EXPECT_EQ(test::seen(judge_set("set connection_id = 1", {}, {})), Seen::nothing);
}

TEST(SqlMode, may_change_by_what_sets_it_or_runs_what_is_not_seen) {
  for (std::string_view sql :
       {"set sql_mode = ''", "SET @@SESSION.Sql_Mode = ''", "set a = 1, global sql_mode = ''",
        "/*+ x */ set `sql_mode` = ''", "execute s", "call p()"})
    EXPECT_TRUE(may_change_sql_mode(sql, {})) << sql;
  for (std::string_view sql :
       {"set a = 'sql_mode'", "set @sql_mode = ''", "select sql_mode", "set names utf8mb4", ""})
    EXPECT_FALSE(may_change_sql_mode(sql, {})) << sql;
}

}  // namespace
}  // namespace mogate::rewrite
