#include "rewrite/statements/flush.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using sql::TableName;
using test::parsed_as;
using test::Session;
using Texts = std::vector<std::string>;

TEST(ParseFlush, ReadsTables) {
  struct Case {
    const char* sql;
    std::vector<TableName> tables;
    bool checkpoint;
  };
  const Case cases[] = {
      {"FLUSH TABLE t", {{"", "t"}}, false},
      {"FLUSH TABLES d.t, T2 , `D 1`.`a.b`", {{"d", "t"}, {"", "t2"}, {"d 1", "a.b"}}, false},
      {"FLUSH LOCAL TABLE t WITH CHECKPOINT", {{"", "t"}}, true},
      {"FLUSH NO_WRITE_TO_BINLOG TABLES t", {{"", "t"}}, false},
      {"FLUSH TABLE `with`", {{"", "with"}}, false},
      {"FLUSH TABLE tables", {{"", "tables"}}, false},
  };
  for (const Case& c : cases) {
    auto flush = parsed_as<FlushTables>(c.sql);
    EXPECT_EQ(flush.tables, c.tables) << c.sql;
    EXPECT_EQ(flush.checkpoint, c.checkpoint) << c.sql;
  }
}

TEST(ParseFlush, ReadsADatabase) {
  EXPECT_EQ(parsed_as<FlushDatabase>("FLUSH DATABASE `D.x`").database, "d.x");
  EXPECT_TRUE(parsed_as<FlushDatabase>("FLUSH DATABASE d WITH CHECKPOINT").checkpoint);
}

TEST(ParseFlush, MySqlsFormsWithoutAListDoNothing) {
  for (const char* sql :
       {"FLUSH TABLES", "FLUSH TABLE", "flush local tables;", "FLUSH /*!40101 LOCAL */ TABLES",
        "FLUSH NO_WRITE_TO_BINLOG TABLES", "flush logs", "FLUSH LOCAL BINARY LOGS",
        "flush status, privileges,hosts", "FLUSH USER_RESOURCES;"}) {
    Session s;
    s.facts.identity = test::acc_user;
    Plan plan = s.planned(sql);
    EXPECT_EQ(kind_name(test::statement_of(sql)), "FLUSH") << sql;
    EXPECT_TRUE(plan.steps.empty() && plan.answer.kind == AnswerKind::ok) << sql;
  }
}

TEST(ParseFlush, LeavesOtherFormsToTheServer) {
  for (const char* sql : {"FLUSH ERROR LOGS", "FLUSH SLOW LOGS", "FLUSH SSL", "FLUSH STATUS, SSL",
                          "FLUSH LOGS x", "FLUSH TABLE_STATISTICS", "FLUSH BINARY", "FLUSH"})
    EXPECT_TRUE(std::holds_alternative<NotOurs>(test::parse_sql(sql))) << sql;
}

TEST(ParseFlush, MySqlsFormsCanBeSwitchedOff) {
  ParseOptions options;
  options.compat.flush = false;
  for (const char* sql : {"FLUSH TABLES", "FLUSH TABLES WITH READ LOCK", "FLUSH LOGS", "FLUSH STATUS"})
    EXPECT_TRUE(std::holds_alternative<NotOurs>(parse(sql, options))) << sql;
  EXPECT_FALSE(std::holds_alternative<NotOurs>(parse("FLUSH TABLES t", options)));
}

TEST(ParseFlush, ReadLocksAreNotSupported) {
  for (const char* sql :
       {"FLUSH TABLES WITH READ LOCK", "FLUSH TABLES t, t2 WITH READ LOCK", "FLUSH TABLES t FOR EXPORT"}) {
    auto error = test::error_of(test::parse_sql(sql));
    EXPECT_EQ(error.code, 1235) << sql;
    EXPECT_NE(error.message.find("not supported"), std::string::npos) << sql;
  }
}

Session with_tables() {
  Session s;
  s.script["database"] = {{"D"}};
  s.script["flush_databases"] = {{"d"}, {"a.b"}, {"d 2"}, {"empty"}};
  s.script["flush_tables"] = {
      {"d", "t", "101"}, {"a.b", "t", "102"}, {"d 2", "t-1", "103"}, {"d", "\xC3\xA9", "104"}};
  return s;
}

TEST(PlanFlush, FlushesPlainNamesByNameAndOtherOnesById) {
  Session s = with_tables();
  Plan plan = s.planned("FLUSH TABLES t, `a.b`.t, `d 2`.`t-1`, d.`\xC3\xA9`");
  EXPECT_EQ(test::texts(plan),
            (Texts{"SELECT mo_ctl('dn', 'flush', 'd.t')", "SELECT mo_ctl('dn', 'flush', '102')",
                   "SELECT mo_ctl('dn', 'flush', '103')", "SELECT mo_ctl('dn', 'flush', '104')"}));
  EXPECT_EQ(plan.steps.at(1).target, "a.b.t");
  EXPECT_EQ(plan.answer.kind, AnswerKind::mo_ctl_rows);
  for (const Step& step : plan.steps) {
    EXPECT_EQ(step.expect, Expect::mo_ctl_ok);
    EXPECT_EQ(step.method, "Flush");
  }
}

TEST(PlanFlush, AsksOnlyForWhatItNeeds) {
  Session s = with_tables();
  s.planned("FLUSH TABLE d.t");
  EXPECT_EQ(s.asked,
            (Texts{"flush_databases: SELECT datname FROM mo_catalog.mo_database WHERE account_id = 0 AND "
                   "datname IN ('d')",
                   "flush_tables: SELECT reldatabase, relname, rel_id FROM mo_catalog.mo_tables WHERE "
                   "account_id = 0 AND reldatabase IN ('d') AND relname IN ('t')"}));
}

TEST(PlanFlush, ACheckpointComesLast) {
  Session s = with_tables();
  EXPECT_EQ(test::texts(s.planned("FLUSH TABLE d.t WITH CHECKPOINT")),
            (Texts{"SELECT mo_ctl('dn', 'flush', 'd.t')", "SELECT mo_ctl('dn', 'checkpoint', '')"}));
}

TEST(PlanFlush, ADatabaseIsFlushedTableByTable) {
  Session s;
  s.script["flush_databases"] = {{"d"}};
  s.script["flush_tables"] = {{"d", "t", "1"}, {"d", "u v", "2"}};
  EXPECT_EQ(test::texts(s.planned("FLUSH DATABASE d")),
            (Texts{"SELECT mo_ctl('dn', 'flush', 'd.t')", "SELECT mo_ctl('dn', 'flush', '2')"}));
  s = {};
  s.script["flush_databases"] = {{"d"}};
  s.script["flush_tables"] = {};
  EXPECT_TRUE(s.planned("FLUSH DATABASE d").steps.empty());
}

TEST(PlanFlush, UnknownNamesAreRefusedBeforeAnythingIsFlushed) {
  struct Case {
    const char* sql;
    std::uint16_t code;
    const char* message;
  };
  const Case cases[] = {
      {"FLUSH TABLES d.t, nope.t", 1049, "Unknown database nope"},
      {"FLUSH TABLES d.t, d.nope", 1146, "no such table d.nope"},
      {"FLUSH DATABASE nope", 1049, "Unknown database nope"},
  };
  for (const Case& c : cases) {
    Session s = with_tables();
    auto error = s.refused(c.sql);
    EXPECT_EQ(error.code, c.code) << c.sql;
    EXPECT_EQ(error.message, c.message) << c.sql;
  }
  Session s;
  s.script["database"] = {{std::nullopt}};
  EXPECT_EQ(s.refused("FLUSH TABLE t").code, 1046);
}

TEST(PlanFlush, RunsInATransactionAndWithoutAListDoesNothing) {
  Session s = with_tables();
  s.facts.in_transaction = true;
  EXPECT_EQ(s.planned("FLUSH TABLE d.t").steps.size(), 1U);
  s.facts.identity = test::acc_user;
  Plan nothing = s.planned("FLUSH TABLES");
  EXPECT_TRUE(nothing.steps.empty());
  EXPECT_EQ(nothing.answer.kind, AnswerKind::ok);
}

TEST(PlanFlush, WritesStringsInTheSessionsMode) {
  Session s;
  s.script["flush_databases"] = {{"a\\b"}};
  s.script["flush_tables"] = {{"a\\b", "t", "9"}};
  s.planned("FLUSH TABLE `a\\b`.t");
  EXPECT_NE(s.asked.at(0).find("IN ('a\\\\b')"), std::string::npos) << s.asked.at(0);
  s.facts.reads.clear();
  s.asked.clear();
  s.facts.mode.no_backslash_escapes = true;
  s.planned("FLUSH TABLE `a\\b`.t");
  EXPECT_NE(s.asked.at(0).find("IN ('a\\b')"), std::string::npos) << s.asked.at(0);
}

}  // namespace
}  // namespace mogate::rewrite
