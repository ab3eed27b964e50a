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

}  // namespace
}  // namespace mogate::rewrite
