#include "rewrite/statements/checkpoint.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

TEST(Checkpoint, EachFormIsOneCall) {
  struct Case {
    const char* sql;
    const char* native;
    const char* method;
  };
  const Case cases[] = {
      {"CHECKPOINT", "SELECT mo_ctl('dn', 'checkpoint', '')", "Checkpoint"},
      {"INCREMENTAL CHECKPOINT", "SELECT mo_ctl('dn', 'checkpoint', '')", "Checkpoint"},
      {"CHECKPOINT INCREMENTAL", "SELECT mo_ctl('dn', 'checkpoint', '')", "Checkpoint"},
      {"GLOBAL CHECKPOINT", "SELECT mo_ctl('dn', 'globalcheckpoint', '')", "GlobalCheckpoint"},
      {"CHECKPOINT GLOBAL", "SELECT mo_ctl('dn', 'globalcheckpoint', '')", "GlobalCheckpoint"},
      {"CHECKPOINT TIMEOUT 30", "SELECT mo_ctl('dn', 'checkpoint', '30s')", "Checkpoint"},
      {"GLOBAL CHECKPOINT TIMEOUT 120", "SELECT mo_ctl('dn', 'globalcheckpoint', '120s')",
       "GlobalCheckpoint"},
  };
  for (const Case& c : cases) {
    test::Session s;
    Plan plan = s.planned(c.sql);
    ASSERT_EQ(plan.steps.size(), 1U) << c.sql;
    EXPECT_EQ(plan.steps.at(0).native_sql, c.native) << c.sql;
    EXPECT_EQ(plan.steps.at(0).method, c.method) << c.sql;
    EXPECT_EQ(plan.steps.at(0).target, "cluster") << c.sql;
    EXPECT_EQ(plan.steps.at(0).expect, Expect::mo_ctl_ok) << c.sql;
    EXPECT_EQ(plan.answer.kind, AnswerKind::mo_ctl_rows) << c.sql;
    EXPECT_TRUE(s.asked.empty()) << c.sql;
  }
}

TEST(Checkpoint, ATimeoutIsAtLeastOneSecond) {
  EXPECT_EQ(test::error_of(test::parse_sql("CHECKPOINT TIMEOUT 0")).code, 20301);
  for (const char* sql :
       {"CHECKPOINT TIMEOUT", "CHECKPOINT TIMEOUT -1", "CHECKPOINT TIMEOUT 1.5", "CHECKPOINT TIMEOUT 0x1",
        "INCREMENTAL CHECKPOINT GLOBAL", "GLOBAL CHECKPOINT INCREMENTAL"})
    EXPECT_EQ(test::error_of(test::parse_sql(sql)).code, 1064) << sql;
}

TEST(Checkpoint, AnswersInFourColumns) {
  std::vector<std::string> names;
  for (const auto& c : mo_ctl_columns()) names.push_back(c.name);
  EXPECT_EQ(names, (std::vector<std::string>{"method", "target", "result", "elapsed_ms"}));
}

}  // namespace
}  // namespace mogate::rewrite
