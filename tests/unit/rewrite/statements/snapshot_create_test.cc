#include "rewrite/statements/snapshot_create.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using test::parsed_as;
using test::Session;
using Texts = std::vector<std::string>;

Session all_there() {
  Session s;
  for (const char* key : {"scope_account", "scope_database", "scope_table"}) s.script[key] = {{"there"}};
  s.script["named"] = {};
  return s;
}

TEST(ParseSnapshotCreate, ReadsBothForms) {
  struct Case {
    const char* sql;
    Scope scope;
    const char* name;
    bool if_not_exists, with_flush;
  };
  const Case cases[] = {
      {"SNAPSHOT CLUSTER", {Level::cluster, "", "", ""}, "", false, false},
      {"SNAPSHOT CLUSTER AS C1 WITH FLUSH", {Level::cluster, "", "", ""}, "c1", false, true},
      {"SNAPSHOT ACCOUNT AS a", {Level::account, "", "", ""}, "a", false, false},
      {"SNAPSHOT ACCOUNT acc1 AS a", {Level::account, "acc1", "", ""}, "a", false, false},
      {"SNAPSHOT DATABASE d WITH FLUSH", {Level::database, "", "d", ""}, "", false, true},
      {"SNAPSHOT TABLE d t AS s", {Level::table, "", "d", "t"}, "s", false, false},
      {"SNAPSHOT CREATE s FOR TABLE d.t", {Level::table, "", "d", "t"}, "s", false, false},
      {"SNAPSHOT CREATE IF NOT EXISTS `s 1` FOR CLUSTER WITH FLUSH",
       {Level::cluster, "", "", ""},
       "s 1",
       true,
       true},
  };
  for (const Case& c : cases) {
    auto create = parsed_as<SnapshotCreate>(c.sql);
    EXPECT_EQ(create.scope, c.scope) << c.sql;
    EXPECT_EQ(create.name, c.name) << c.sql;
    EXPECT_EQ(create.if_not_exists, c.if_not_exists) << c.sql;
    EXPECT_EQ(create.with_flush, c.with_flush) << c.sql;
  }
}

TEST(ParseSnapshotCreate, RefusesNamesThatMatrixOneWouldCut) {
  std::string fits(64, 'x'), too_long(65, 'x');
  EXPECT_EQ(parsed_as<SnapshotCreate>("SNAPSHOT CLUSTER AS " + fits).name, fits);
  EXPECT_EQ(test::error_of(test::parse_sql("SNAPSHOT CLUSTER AS " + too_long)).code, 20301);
  EXPECT_EQ(test::error_of(test::parse_sql("SNAPSHOT CREATE " + too_long + " FOR CLUSTER")).code, 20301);
}

TEST(PlanSnapshotCreate, MakesItAndShowsItsRow) {
  struct Case {
    const char* sql;
    Texts steps;
  };
  const Case cases[] = {
      {"SNAPSHOT CLUSTER AS c",
       {"CREATE SNAPSHOT `c` FOR CLUSTER", "SHOW SNAPSHOTS WHERE snapshot_name = 'c'"}},
      {"SNAPSHOT ACCOUNT AS a",
       {"CREATE SNAPSHOT `a` FOR ACCOUNT `sys`", "SHOW SNAPSHOTS WHERE snapshot_name = 'a'"}},
      {"SNAPSHOT ACCOUNT acc1 AS a",
       {"CREATE SNAPSHOT `a` FOR ACCOUNT `acc1`", "SHOW SNAPSHOTS WHERE snapshot_name = 'a'"}},
      {"SNAPSHOT DATABASE d",
       {"CREATE SNAPSHOT `snap_database_20261121_015200_1` FOR DATABASE `d`",
        "SHOW SNAPSHOTS WHERE snapshot_name = 'snap_database_20261121_015200_1'"}},
      {"SNAPSHOT CREATE IF NOT EXISTS s FOR TABLE t",
       {"CREATE SNAPSHOT IF NOT EXISTS `s` FOR TABLE `cur` `t`", "SHOW SNAPSHOTS WHERE snapshot_name = 's'"}},
      {"SNAPSHOT CREATE `it's` FOR TABLE `a``b`.t",
       {"CREATE SNAPSHOT `it's` FOR TABLE `a``b` `t`", "SHOW SNAPSHOTS WHERE snapshot_name = 'it''s'"}},
  };
  for (const Case& c : cases) {
    Session s = all_there();
    s.script["database"] = {{"cur"}};
    Plan plan = s.planned(c.sql);
    EXPECT_EQ(test::texts(plan), c.steps) << c.sql;
    EXPECT_EQ(plan.answer.kind, AnswerKind::step_rows) << c.sql;
    EXPECT_EQ(plan.answer.rows_of_step, plan.steps.size() - 1) << c.sql;
    EXPECT_EQ(plan.answer.columns.size(), 6U) << c.sql;
  }
}

TEST(PlanSnapshotCreate, FlushesFirstIfAsked) {
  Session s = all_there();
  s.script["flush_databases"] = {{"d"}};
  s.script["flush_tables"] = {{"d", "t", "1"}, {"d", "u", "2"}};
  EXPECT_EQ(test::texts(s.planned("SNAPSHOT DATABASE d AS x WITH FLUSH")),
            (Texts{"SELECT mo_ctl('dn', 'flush', 'd.t')", "SELECT mo_ctl('dn', 'flush', 'd.u')",
                   "SELECT mo_ctl('dn', 'checkpoint', '')", "CREATE SNAPSHOT `x` FOR DATABASE `d`",
                   "SHOW SNAPSHOTS WHERE snapshot_name = 'x'"}));
  EXPECT_EQ(test::texts(all_there().planned("SNAPSHOT CLUSTER AS x WITH FLUSH")),
            (Texts{"SELECT mo_ctl('dn', 'checkpoint', '')", "CREATE SNAPSHOT `x` FOR CLUSTER",
                   "SHOW SNAPSHOTS WHERE snapshot_name = 'x'"}));
}

TEST(PlanSnapshotCreate, ANameThatIsTakenIsRefusedBeforeAnythingIsFlushed) {
  for (const char* sql : {"SNAPSHOT CREATE s FOR DATABASE d", "SNAPSHOT CLUSTER AS s WITH FLUSH"}) {
    Session s = all_there();
    s.script["named"] = {{"s", "5"}};
    auto error = s.refused(sql);
    EXPECT_EQ(error.code, 20101) << sql;
    EXPECT_EQ(error.message, "internal error: snapshot s already exists; DROP SNAPSHOT `s` removes it")
        << sql;
  }
}

TEST(PlanSnapshotCreate, ANameThatMayBeTakenOrIsMadeUpIsNotAskedFor) {
  for (const char* sql : {"SNAPSHOT CREATE IF NOT EXISTS s FOR CLUSTER", "SNAPSHOT CLUSTER"}) {
    Session s;
    EXPECT_EQ(s.planned(sql).steps.size(), 2U) << sql;
    EXPECT_TRUE(s.asked.empty()) << sql;
  }
}

TEST(PlanSnapshotCreate, UnknownNamesAreRefusedBeforeAnythingIsFlushed) {
  Session s = all_there();
  s.script["scope_database"] = {};
  s.script["flush_databases"] = {};
  s.script["flush_tables"] = {};
  EXPECT_EQ(s.refused("SNAPSHOT DATABASE d WITH FLUSH").code, 1049);
  EXPECT_EQ(s.refused("SNAPSHOT TABLE d.t WITH FLUSH").code, 1049);
  Session known = all_there();
  known.script["scope_table"] = {};
  known.script["flush_databases"] = {{"d"}};
  known.script["flush_tables"] = {};
  EXPECT_EQ(known.refused("SNAPSHOT TABLE d.t WITH FLUSH").code, 1146);
  Session none;
  none.script["database"] = {{""}};
  EXPECT_EQ(none.refused("SNAPSHOT TABLE t").code, 1046);
}

TEST(PlanSnapshotCreate, WhatIsNotThereIsRefused) {
  Session s = all_there();
  s.script["scope_account"] = {};
  EXPECT_NE(s.refused("SNAPSHOT ACCOUNT acc1").message.find("account acc1 does not exist"),
            std::string::npos);
  EXPECT_NE(s.refused("SNAPSHOT DATABASE mysql").message.find("system database mysql"), std::string::npos);
  EXPECT_NE(s.refused("SNAPSHOT TABLE mo_catalog.mo_user").message.find("system database mo_catalog"),
            std::string::npos);
  s.script["scope_table"] = {};
  EXPECT_EQ(s.refused("SNAPSHOT TABLE d.t").code, 1146);
  s = all_there();
  s.script["scope_database"] = {};
  EXPECT_EQ(s.refused("SNAPSHOT DATABASE d").code, 1049);
}

TEST(PlanSnapshotCreate, IsRefusedInATransactionBeforeAnythingIsAsked) {
  Session s;
  s.facts.in_transaction = true;
  auto error = s.refused("SNAPSHOT TABLE t");
  EXPECT_EQ(error.code, 20101);
  EXPECT_NE(error.message.find("cannot run in a transaction, COMMIT or ROLLBACK first"), std::string::npos);
  EXPECT_TRUE(s.asked.empty());
}

}  // namespace
}  // namespace mogate::rewrite
