#include "rewrite/session/reset.h"

#include <gtest/gtest.h>

#include <ostream>

namespace mogate::rewrite {

void PrintTo(const ResetStep& step, std::ostream* out) {
  *out << step.sql << (step.may_fail ? " (may fail)" : "");
}

namespace {

constexpr Dialect kNew{true, {4, 2, 0}};
constexpr Dialect kOld{true, {3, 0, 12}};

using Steps = std::vector<ResetStep>;

SessionChanges after(std::string_view sql, const Dialect& dialect = kNew, Ran ran = Ran::succeeded) {
  SessionChanges state;
  state.note_database("d");
  state.observe(sql, dialect, ran);
  return state;
}

Steps planned(const SessionChanges& state, std::string_view login_role = "r0") {
  auto plan = reset_plan(state, kNew, login_role);
  return std::holds_alternative<Steps>(plan) ? std::get<Steps>(plan) : Steps{{"error", false}};
}

Steps planned(std::string_view sql) { return planned(after(sql)); }

TEST(ResetPlan, rolls_back_where_nothing_else_was_changed) {
  EXPECT_EQ(planned("select 1"), (Steps{{"ROLLBACK"}}));
  EXPECT_EQ(planned("use e"), (Steps{{"ROLLBACK"}}));
}

TEST(ResetPlan, gives_variables_the_accounts_values_in_one_statement) {
  EXPECT_EQ(
      planned("set autocommit=0, gpu_mode=1, sql_select_limit=5, @a=1, @`b c`=2"),
      (Steps{{"ROLLBACK"},
             {"SET SESSION autocommit = @@global.autocommit, SESSION gpu_mode = DEFAULT, SESSION "
              "sql_select_limit = CAST(@@global.sql_select_limit AS UNSIGNED), @a = NULL, @`b c` = NULL"}}));
}

TEST(ResetPlan, tries_what_may_not_exist_on_its_own) {
  EXPECT_EQ(planned(after("set a=1, `b c`=2, @d=3", kNew, Ran::failed)),
            (Steps{{"ROLLBACK"}, {"SET @d = NULL"}, {"SET SESSION a = @@global.a", true}}));
}

TEST(ResetPlan, forgets_prepared_statements_and_temporary_tables) {
  EXPECT_EQ(
      planned("prepare S from 'select 1'; prepare `t u` from 'select 2'; create temporary table e.a (a int); "
              "create temporary table `b``c` (a int)"),
      (Steps{{"ROLLBACK"},
             {"DEALLOCATE PREPARE `s`", true},
             {"DEALLOCATE PREPARE `t u`", true},
             {"DROP TEMPORARY TABLE IF EXISTS `e`.`a`, `d`.`b``c`"},
             {"COMMIT"}}));
}

TEST(ResetPlan, releases_locks) {
  EXPECT_EQ(planned("lock tables t read; select get_lock('a', 1)"),
            (Steps{{"ROLLBACK"}, {"UNLOCK TABLES"}, {"SELECT RELEASE_ALL_LOCKS()", true}, {"COMMIT"}}));
}

TEST(ResetPlan, takes_the_role_of_the_login) {
  EXPECT_EQ(planned(after("set role a"), "r`0"), (Steps{{"ROLLBACK"}, {"SET ROLE `r``0`"}}));
  EXPECT_EQ(planned(after("set role a"), ""), (Steps{{"error"}}));
  EXPECT_EQ(planned(after("select 1"), ""), (Steps{{"ROLLBACK"}}));
}

TEST(ResetPlan, refuses_what_it_cannot_know) {
  struct Case {
    std::string_view sql;
    Dialect dialect;
  };
  for (const auto& c : {Case{"call p()", kNew}, Case{"prepare s from @v", kNew},
                        Case{"create temporary table t (a int)", kOld}}) {
    auto plan = reset_plan(after(c.sql, c.dialect), c.dialect, "r0");
    ASSERT_TRUE(std::holds_alternative<protocol::SqlError>(plan)) << c.sql;
    EXPECT_EQ(std::get<protocol::SqlError>(plan).code, protocol::errc::mo_not_supported) << c.sql;
  }
}

}  // namespace
}  // namespace mogate::rewrite
