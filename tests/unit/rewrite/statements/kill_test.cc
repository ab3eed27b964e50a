#include "rewrite/statements/kill.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

TEST(Kill, ReadsTheIdAndWhatIsKilled) {
  struct Case {
    const char* sql;
    std::uint64_t id;
    bool query_only;
  };
  const Case cases[] = {
      {"KILL 5", 5, false},
      {"kill connection 5;", 5, false},
      {"KILL QUERY 4294967296", 4294967296, true},
      {"KILL /* x */ QUERY 0", 0, true},
      {"KILL QUERY 5 'a statement id'", 5, true},
      {"/* mogate:off */ KILL 5", 5, false},
  };
  for (const Case& c : cases) {
    auto kill = test::parsed_as<Kill>(c.sql);
    EXPECT_EQ(kill.id, c.id) << c.sql;
    EXPECT_EQ(kill.query_only, c.query_only) << c.sql;
  }
}

TEST(Kill, WhatMatrixOneWouldNotTakeEitherNeverReachesItAsAKill) {
  for (const char* sql : {"KILL 18446744073709551616", "KILL 0x5", "KILL 1e1", "KILL 5 6", "KILL 5, 6"})
    EXPECT_EQ(test::error_of(test::parse_sql(sql)).code, 1064) << sql;
}

TEST(Kill, IsTheProxys) {
  test::Session s;
  s.facts.identity = test::acc_user;
  Plan plan = s.planned("KILL 5");
  EXPECT_EQ(plan.answer.kind, AnswerKind::gateway);
  EXPECT_EQ(plan.answer.gateway_topic, "KILL");
}

}  // namespace
}  // namespace mogate::rewrite
