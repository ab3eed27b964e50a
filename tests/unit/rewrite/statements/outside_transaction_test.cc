#include "rewrite/statements/outside_transaction.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

Parsed parse_in_transaction(std::string_view sql) {
  ParseOptions options;
  options.dialect = test::v4_2;
  options.in_transaction = true;
  return parse(sql, options);
}

TEST(OutsideTransaction, AreTheNativesThatMatrixOneRefusesInATransaction) {
  struct Case {
    const char* sql;
    const char* kind;
  };
  const Case cases[] = {
      {"create snapshot s for table d t", "CREATE SNAPSHOT"},
      {"/* sdk */ CREATE SNAPSHOT IF NOT EXISTS s FOR ACCOUNT", "CREATE SNAPSHOT"},
      {"DROP SNAPSHOT IF EXISTS s", "DROP SNAPSHOT"},
      {"SHOW SNAPSHOTS", "SHOW SNAPSHOTS"},
      {"show snapshots where snapshot_name = 's'", "SHOW SNAPSHOTS"},
      {"DROP PITR p", "DROP PITR"},
      {"CREATE CDC x 'mysql://u:p@h:1' 'matrixone' 'mysql://u:p@h:2' 'd.t:d.t' {'Level'='table'}",
       "CREATE CDC"},
      {"SHOW CDC ALL", "SHOW CDC"},
      {"PAUSE CDC ALL", "PAUSE CDC"},
  };
  for (const Case& c : cases) {
    Parsed parsed = parse_in_transaction(c.sql);
    auto* statement = std::get_if<Statement>(&parsed);
    ASSERT_NE(statement, nullptr) << c.sql;
    EXPECT_EQ(kind_name(*statement), c.kind) << c.sql;
    EXPECT_TRUE(runs_outside_transactions(*statement)) << c.sql;
    auto outside = test::parse_sql(c.sql);
    EXPECT_TRUE(std::holds_alternative<NotOurs>(outside))
        << c.sql << " is forwarded where no transaction is open";
  }
}

TEST(OutsideTransaction, AreNoOthers) {
  for (const char* sql :
       {"create table snapshot (a int)", "show tables", "show create table pitr", "select 1",
        "drop table cdc", "create database d clone e {snapshot = 's'}", "commit"}) {
    Parsed parsed = parse_in_transaction(sql);
    auto* statement = std::get_if<Statement>(&parsed);
    EXPECT_FALSE(statement && std::holds_alternative<OutsideTransaction>(statement->as)) << sql;
  }
}

TEST(OutsideTransaction, AreSentAsTheyAreAndRefusedInside) {
  Parsed parsed = parse_in_transaction("show snapshots");
  const auto& statement = std::get<Statement>(parsed);
  test::Session s;
  auto plan = std::get<Plan>(s.plan(statement));
  EXPECT_EQ(test::texts(plan), (std::vector<std::string>{"show snapshots"}));
  EXPECT_EQ(plan.answer.kind, AnswerKind::step_rows);
  s.facts.in_transaction = true;
  auto refused = std::get<protocol::SqlError>(s.plan(statement));
  EXPECT_NE(refused.message.find("SHOW SNAPSHOTS cannot run in a transaction"), std::string::npos);
}

TEST(OutsideTransaction, ShowNoPasswords) {
  Parsed parsed =
      parse_in_transaction("create cdc x 'mysql://u:secret@h:1' 'mysql' 'mysql://u:secret@h:2' 'd' {}");
  test::Session s;
  auto plan = std::get<Plan>(s.plan(std::get<Statement>(parsed)));
  EXPECT_EQ(plan.steps.at(0).shown.find("secret"), std::string::npos) << plan.steps.at(0).shown;
  EXPECT_EQ(plan.answer.kind, AnswerKind::ok);
}

}  // namespace
}  // namespace mogate::rewrite
