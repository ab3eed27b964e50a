#include "rewrite/statements/gateway.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

TEST(ShowGateway, IsAnsweredByTheGateway) {
  for (const char* topic : {"STATUS", "SESSIONS", "OPERATIONS", "BACKENDS", "DIGESTS", "METRICS", "POLICIES"}) {
    test::Session s;
    Plan plan = s.planned(std::string("show gateway ") + topic);
    EXPECT_TRUE(plan.steps.empty());
    EXPECT_EQ(plan.answer.kind, AnswerKind::gateway);
    EXPECT_EQ(plan.answer.gateway_topic, topic);
    EXPECT_FALSE(plan.answer.columns.empty());
  }
  EXPECT_EQ(gateway_columns("STATUS").size(), 2U);
  EXPECT_EQ(gateway_columns("SESSIONS").size(), 10U);
  EXPECT_EQ(gateway_columns("OPERATIONS").size(), 10U);
}

TEST(ReloadGateway, IsDoneByTheGateway) {
  test::Session s;
  Plan plan = s.planned("reload gateway");
  EXPECT_TRUE(plan.steps.empty());
  EXPECT_EQ(plan.answer.gateway_topic, kReloadTopic);
}

TEST(ExplainGateway, PrintsTheStepsAndWhatAFailureDoes) {
  test::Session s;
  s.script["snapshot"] = {{"s", "5", "database", "sys", "d", "", "1"}};
  s.script["to_account"] = {};
  s.script["databases"] = {{"d", ""}};
  s.script["foreign_keys"] = {};
  Plan plan =
      s.planned("EXPLAIN GATEWAY SNAPSHOT RESTORE s TO NEW ACCOUNT b ADMIN_NAME 'x' IDENTIFIED BY 'secret'");
  EXPECT_TRUE(plan.steps.empty()) << "nothing is run";
  EXPECT_EQ(plan.answer.kind, AnswerKind::fixed_rows);
  const test::Cells wanted{
      {"1", "client",
       "CREATE ACCOUNT `b` ADMIN_NAME 'x' IDENTIFIED BY '***' COMMENT 'mogate: unfinished SNAPSHOT RESTORE'",
       "stop"},
      {"2", "client", "CREATE DATABASE `d` CLONE `d` {SNAPSHOT = 's'} TO ACCOUNT `b`",
       "DROP ACCOUNT `b`, then stop"},
      {"3", "client", "ALTER ACCOUNT `b` COMMENT ''", "DROP ACCOUNT `b`, then stop"},
  };
  EXPECT_EQ(plan.answer.fixed.rows, wanted);
}

TEST(ExplainGateway, PrintsWhatTheGatewayDoesItself) {
  test::Session s;
  EXPECT_EQ(s.planned("EXPLAIN GATEWAY SHOW GATEWAY STATUS").answer.fixed.rows,
            (test::Cells{{"1", "gateway", "STATUS", "stop"}}));
  EXPECT_EQ(s.planned("EXPLAIN GATEWAY FLUSH TABLES").answer.fixed.rows,
            (test::Cells{{"1", "gateway", "answer without the server", "stop"}}));
  Plan forwarded;
  forwarded.answer.kind = AnswerKind::forward;
  EXPECT_EQ(explain_rows(forwarded).rows, (test::Cells{{"1", "client", "the statement as it came", "stop"}}));
  Plan compared{{step("a"), step("b")}, {}};
  compared.answer.kind = AnswerKind::compare;
  EXPECT_EQ(explain_rows(compared).rows.at(2),
            (test::Cells::value_type{"3", "gateway", "compare the ordered rows of steps 1 and 2", "stop"}));
}

TEST(ExplainGateway, NeedsThePrivilegeAndAnswersTheErrorOfTheStatement) {
  test::Session s;
  s.facts.identity = test::acc_admin;
  EXPECT_EQ(s.refused("EXPLAIN GATEWAY CHECKPOINT").code, 20101);
  s.facts.identity = test::sys_admin;
  s.script["snapshot"] = {};
  EXPECT_NE(s.refused("EXPLAIN GATEWAY SNAPSHOT RESTORE s").message.find("find 0 snapshot records"),
            std::string::npos);
}

TEST(ResultColumns, AreKnownWhereTheyCanBe) {
  struct Case {
    const char* sql;
    std::size_t columns;
    bool known;
  };
  const Case cases[] = {
      {"FLUSH TABLE t", 4, true},
      {"FLUSH DATABASE d", 4, true},
      {"FLUSH TABLES", 0, true},
      {"CHECKPOINT", 4, true},
      {"SNAPSHOT CLUSTER", 6, true},
      {"SNAPSHOT SHOW", 6, true},
      {"SNAPSHOT DROP s", 0, true},
      {"SNAPSHOT RESTORE s", 0, true},
      {"SNAPSHOT DIFF a b TABLE t", 0, false},
      {"SHOW GATEWAY STATUS", 2, true},
      {"SHOW GATEWAY SESSIONS", 10, true},
      {"SHOW GATEWAY OPERATIONS", 10, true},
      {"SHOW GATEWAY METRICS", 3, true},
      {"EXPLAIN GATEWAY CHECKPOINT", 4, true},
      {"KILL 5", 0, false},
  };
  for (const Case& c : cases) {
    Statement statement = test::statement_of(c.sql);
    EXPECT_EQ(result_columns(statement).size(), c.columns) << c.sql;
    EXPECT_EQ(columns_known_at_prepare(statement), c.known) << c.sql;
  }
}

}  // namespace
}  // namespace mogate::rewrite
