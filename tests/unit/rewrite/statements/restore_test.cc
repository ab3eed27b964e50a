#include "rewrite/statements/restore.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace mogate::rewrite {
namespace {

using test::Session;
using Texts = std::vector<std::string>;

// sname, ts, level, account_name, database_name, table_name, obj_id
using SnapshotRow = test::Cells::value_type;
const SnapshotRow kCluster{"s", "5", "cluster", "", "", "", "18446744073709551615"};
const SnapshotRow kSys{"s", "5", "account", "sys", "", "", "0"};
const SnapshotRow kAcc1{"s", "5", "account", "acc1", "", "", "1"};
const SnapshotRow kDatabase{"s", "5", "database", "sys", "d", "", "7"};
const SnapshotRow kTable{"s", "5", "table", "sys", "d", "t", "8"};

Session session(const SnapshotRow& snapshot, const Dialect& dialect = test::v4_2) {
  Session s;
  s.dialect = dialect;
  s.script["snapshot"] = {snapshot};
  s.script["database"] = {{"cur"}};
  s.script["held"] = {{"there"}};
  s.script["rel_id"] = {{"100"}};
  s.script["to_account"] = {{"9", "b"}};
  s.script["databases"] = {{"d", ""}};
  s.script["foreign_keys"] = {};
  s.script["taken"] = {};
  return s;
}

const std::string kIdOf =
    "SELECT rel_id FROM mo_catalog.mo_tables WHERE account_id = 0 AND reldatabase = 'd' AND relname = 't'";

TEST(PlanRestore, WritesTheGrammarOfTheServer) {
  struct Case {
    const char* sql;
    const SnapshotRow& snapshot;
    const char *since_4, *before_4;
  };
  const Case cases[] = {
      {"SNAPSHOT RESTORE s", kCluster, "RESTORE CLUSTER {SNAPSHOT = 's'}",
       "RESTORE CLUSTER FROM SNAPSHOT `s`"},
      {"SNAPSHOT RESTORE s", kSys, "RESTORE ACCOUNT `sys` {SNAPSHOT = 's'}",
       "RESTORE ACCOUNT `sys` FROM SNAPSHOT `s`"},
      {"SNAPSHOT RESTORE s", kAcc1, "RESTORE ACCOUNT `acc1` {SNAPSHOT = 's'}",
       "RESTORE ACCOUNT `acc1` FROM SNAPSHOT `s`"},
      {"SNAPSHOT RESTORE s ACCOUNT acc1", kCluster, "RESTORE ACCOUNT `acc1` {SNAPSHOT = 's'}",
       "RESTORE ACCOUNT `acc1` FROM SNAPSHOT `s`"},
      {"SNAPSHOT RESTORE s", kDatabase, "RESTORE DATABASE `d` {SNAPSHOT = 's'}",
       "RESTORE ACCOUNT `sys` DATABASE `d` FROM SNAPSHOT `s`"},
      {"SNAPSHOT RESTORE s DATABASE d", kSys, "RESTORE DATABASE `d` {SNAPSHOT = 's'}",
       "RESTORE ACCOUNT `sys` DATABASE `d` FROM SNAPSHOT `s`"},
      {"SNAPSHOT RESTORE s", kTable, "RESTORE TABLE `d`.`t` {SNAPSHOT = 's'}",
       "RESTORE ACCOUNT `sys` DATABASE `d` TABLE `t` FROM SNAPSHOT `s`"},
      {"SNAPSHOT RESTORE s TO ACCOUNT sys", kSys, "RESTORE ACCOUNT `sys` {SNAPSHOT = 's'}",
       "RESTORE ACCOUNT `sys` FROM SNAPSHOT `s`"},
      {"RESTORE DATABASE d {SNAPSHOT = s}", kDatabase, "RESTORE DATABASE `d` {SNAPSHOT = 's'}",
       "RESTORE ACCOUNT `sys` DATABASE `d` FROM SNAPSHOT `s`"},
      {"RESTORE ACCOUNT sys DATABASE d TABLE t FROM SNAPSHOT s", kTable,
       "RESTORE TABLE `d`.`t` {SNAPSHOT = 's'}",
       "RESTORE ACCOUNT `sys` DATABASE `d` TABLE `t` FROM SNAPSHOT `s`"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(session(c.snapshot).planned(c.sql).steps.at(0).native_sql, c.since_4) << c.sql;
    EXPECT_EQ(session(c.snapshot, test::v3_0).planned(c.sql).steps.at(0).native_sql, c.before_4) << c.sql;
    EXPECT_EQ(session(c.snapshot, test::v2_2).planned(c.sql).steps.at(0).native_sql, c.before_4) << c.sql;
  }
}

TEST(PlanRestore, ATablesIdMustChange) {
  Plan plan = session(kSys).planned("SNAPSHOT RESTORE s TABLE d.t");
  ASSERT_EQ(test::texts(plan), (Texts{"RESTORE TABLE `d`.`t` {SNAPSHOT = 's'}", kIdOf}));
  EXPECT_EQ(plan.steps.at(1).expect, Expect::changed_table);
  EXPECT_EQ(plan.steps.at(1).compare_with, "100");
  EXPECT_NE(plan.steps.at(1).failure_hint.find("foreign key"), std::string::npos);
  Session dropped = session(kSys);
  dropped.script["rel_id"] = {};
  EXPECT_EQ(dropped.planned("SNAPSHOT RESTORE s TABLE d.t").steps.at(1).compare_with, "");
  EXPECT_EQ(session(kSys).planned("SNAPSHOT RESTORE s TABLE t").steps.at(0).native_sql,
            "RESTORE TABLE `cur`.`t` {SNAPSHOT = 's'}");
}

TEST(PlanRestore, APartThatTheSnapshotDoesNotHoldIsRefused) {
  struct Case {
    const char* sql;
    const SnapshotRow& snapshot;
    int code;
    const char *says, *asked;
  };
  const Case cases[] = {
      {"SNAPSHOT RESTORE s TABLE d.u", kSys, 1146, "no such table d.u in snapshot s",
       "held: SELECT relname FROM mo_catalog.mo_tables {MO_TS = 5} WHERE account_id = 0 AND reldatabase = "
       "'d' "
       "AND relname = 'u'"},
      {"SNAPSHOT RESTORE s TABLE d.u", kDatabase, 1146, "no such table d.u in snapshot s",
       "held: SELECT relname FROM mo_catalog.mo_tables {MO_TS = 5} WHERE account_id = 0 AND reldatabase = "
       "'d' "
       "AND relname = 'u'"},
      {"SNAPSHOT RESTORE s DATABASE e", kSys, 1049, "Unknown database e in snapshot s",
       "held: SELECT datname FROM mo_catalog.mo_database {MO_TS = 5} WHERE account_id = 0 AND datname = 'e'"},
  };
  for (const Case& c : cases)
    for (const Dialect& dialect : {test::v3_0, test::v4_2}) {
      Session s = session(c.snapshot, dialect);
      s.script["held"] = {};
      auto error = s.refused(c.sql);
      EXPECT_EQ(error.code, c.code) << c.sql;
      EXPECT_EQ(error.message, c.says) << c.sql;
      EXPECT_NE(std::find(s.asked.begin(), s.asked.end(), c.asked), s.asked.end()) << c.sql;
    }
}

TEST(PlanRestore, WhetherASnapshotHoldsAllThatItIsOfIsNotAsked) {
  const std::pair<const char*, const SnapshotRow&> cases[] = {{"SNAPSHOT RESTORE s", kTable},
                                                              {"SNAPSHOT RESTORE s DATABASE d", kDatabase},
                                                              {"SNAPSHOT RESTORE s", kSys},
                                                              {"SNAPSHOT RESTORE s ACCOUNT acc1", kCluster},
                                                              {"SNAPSHOT RESTORE s", kCluster}};
  for (const auto& [sql, snapshot] : cases) {
    Session s = session(snapshot);
    s.script.erase("held");
    EXPECT_FALSE(s.planned(sql).steps.empty()) << sql;
  }
  Session old = session(kSys, test::v2_2);
  old.script.erase("held");
  EXPECT_FALSE(old.planned("SNAPSHOT RESTORE s DATABASE d").steps.empty())
      << "no catalogue of the past there";
}

TEST(PlanRestore, IsLeftToTheServerIfTheCatalogueOfThenCannotBeRead) {
  Session s = session(kSys);
  s.facts.failures["held"] = {1105, "not there any more", {}};
  EXPECT_EQ(s.planned("SNAPSHOT RESTORE s DATABASE e").steps.size(), 1U);
}

TEST(PlanRestore, ATableNeedsADatabase) {
  Session s = session(kSys);
  s.script["database"] = {{std::nullopt}};
  EXPECT_EQ(s.refused("SNAPSHOT RESTORE s TABLE t").code, 1046);
}

TEST(PlanRestore, RunsUnderADeadlineOrNotAtAll) {
  for (const SnapshotRow& row : {kCluster, kSys, kDatabase, kTable}) {
    Session s = session(row);
    EXPECT_TRUE(s.planned("SNAPSHOT RESTORE s").steps.at(0).under_deadline);
    s.facts.can_kill = false;
    auto error = s.refused("SNAPSHOT RESTORE s");
    EXPECT_EQ(error.code, 20101);
    EXPECT_NE(error.message.find("[restore] allow_unbounded = true"), std::string::npos);
    s.facts.allow_unbounded_restore = true;
    EXPECT_TRUE(s.planned("SNAPSHOT RESTORE s").steps.at(0).under_deadline);
  }
  Session clone = session(kDatabase);
  clone.facts.can_kill = false;
  EXPECT_FALSE(clone.planned("SNAPSHOT RESTORE s TO ACCOUNT b").steps.empty()) << "CLONE waits for nobody";
}

TEST(PlanRestore, AnOrdinaryAccountGoesToAnotherTheNativeWay) {
  Plan plan = session(kAcc1).planned("SNAPSHOT RESTORE s TO ACCOUNT b");
  EXPECT_EQ(test::texts(plan), (Texts{"RESTORE ACCOUNT `acc1` {SNAPSHOT = 's'} TO ACCOUNT `b`"}));
  EXPECT_TRUE(plan.steps.at(0).under_deadline);
  EXPECT_EQ(plan.answer.info, "users, roles and passwords of b are now those of acc1");
  EXPECT_EQ(
      test::texts(session(kAcc1, test::v3_0).planned("RESTORE ACCOUNT acc1 FROM SNAPSHOT s TO ACCOUNT b")),
      (Texts{"RESTORE ACCOUNT `acc1` FROM SNAPSHOT `s` TO ACCOUNT `b`"}));
}

TEST(PlanRestore, AccountSysNeverGoesToAnotherByRestore) {
  const char* cases[] = {"SNAPSHOT RESTORE s TO ACCOUNT b", "RESTORE ACCOUNT sys {SNAPSHOT = s} TO ACCOUNT b",
                         "RESTORE DATABASE d {SNAPSHOT = s} TO ACCOUNT b",
                         "RESTORE ACCOUNT sys FROM SNAPSHOT s TO ACCOUNT b"};
  for (const char* sql : cases)
    for (const Dialect& dialect : {test::v3_0, test::v4_2})
      EXPECT_EQ(test::texts(session(kSys, dialect).planned(sql)),
                (Texts{"CREATE DATABASE `d` CLONE `d` {SNAPSHOT = 's'} TO ACCOUNT `b`"}))
          << sql;
  EXPECT_EQ(session(kSys, test::v2_2).refused("SNAPSHOT RESTORE s TO ACCOUNT b").code, 20105)
      << "no CLONE there";
}

TEST(PlanRestore, ANewAccountIsMadeThenFilledAndDroppedIfThatFails) {
  Session s = session(kSys);
  s.script["to_account"] = {};
  s.script["databases"] = {{"d", ""}, {"e", ""}};
  Plan plan = s.planned("SNAPSHOT RESTORE s TO NEW ACCOUNT b ADMIN_NAME 'x' IDENTIFIED BY 'it''s'");
  EXPECT_EQ(test::texts(plan), (Texts{"CREATE ACCOUNT `b` ADMIN_NAME 'x' IDENTIFIED BY 'it''s' COMMENT "
                                      "'mogate: unfinished SNAPSHOT RESTORE'",
                                      "CREATE DATABASE `d` CLONE `d` {SNAPSHOT = 's'} TO ACCOUNT `b`",
                                      "CREATE DATABASE `e` CLONE `e` {SNAPSHOT = 's'} TO ACCOUNT `b`",
                                      "ALTER ACCOUNT `b` COMMENT ''"}));
  EXPECT_EQ(plan.steps.at(0).undo, "DROP ACCOUNT `b`");
  EXPECT_EQ(plan.steps.at(1).leaves, "database `d` in account b");
  EXPECT_EQ(
      plan.steps.at(0).shown,
      "CREATE ACCOUNT `b` ADMIN_NAME 'x' IDENTIFIED BY '***' COMMENT 'mogate: unfinished SNAPSHOT RESTORE'");
  EXPECT_EQ(plan.answer.info, "users, grants and auto_increment positions are not copied");
}

TEST(PlanRestore, WithUsersTakesTheNativeWay) {
  Session s = session(kAcc1);
  s.script["to_account"] = {};
  const char* sql = "SNAPSHOT RESTORE s TO NEW ACCOUNT b ADMIN_NAME 'x' IDENTIFIED BY 'y' WITH USERS";
  Plan plan = s.planned(sql);
  EXPECT_EQ(test::texts(plan), (Texts{"CREATE ACCOUNT `b` ADMIN_NAME 'x' IDENTIFIED BY 'y' COMMENT "
                                      "'mogate: unfinished SNAPSHOT RESTORE'",
                                      "RESTORE ACCOUNT `acc1` {SNAPSHOT = 's'} TO ACCOUNT `b`",
                                      "ALTER ACCOUNT `b` COMMENT ''"}));
  EXPECT_EQ(plan.steps.at(0).undo, "DROP ACCOUNT `b`");
  EXPECT_NE(plan.answer.info.find("replaced the admin x of b"), std::string::npos);
  Session from_sys = session(kSys);
  from_sys.script["to_account"] = {};
  EXPECT_NE(from_sys.refused(sql).message.find("not possible from account sys"), std::string::npos);
}

TEST(PlanRestore, AnAccountThatWasLeftHalfMadeIsNamed) {
  const std::string sql = "SNAPSHOT RESTORE s TO NEW ACCOUNT b ADMIN_NAME 'x' IDENTIFIED BY 'y'";
  Session s = session(kSys);
  s.script["to_account"] = {{"9", "b", "mogate: unfinished SNAPSHOT RESTORE"}};
  auto error = s.refused(sql);
  EXPECT_NE(error.message.find("half made"), std::string::npos) << error.message;
  EXPECT_NE(error.message.find("DROP ACCOUNT `b`, then run it again"), std::string::npos) << error.message;
  for (const char* comment : {"", "mogate: mine"}) {
    s = session(kSys);
    s.script["to_account"] = {{"9", "b", comment}};
    EXPECT_EQ(s.refused(sql).message,
              "internal error: the tenant b exists: name another one, or run DROP ACCOUNT `b` first");
  }
}

TEST(PlanRestore, RefusesWhatCannotBeRight) {
  const std::string new_account = " TO NEW ACCOUNT b ADMIN_NAME 'x' IDENTIFIED BY 'y'";
  struct Case {
    std::string sql;
    const SnapshotRow& snapshot;
    const char* says;
  };
  const Case cases[] = {
      {"SNAPSHOT RESTORE s CLUSTER", kSys, "snapshot s is not cluster level snapshot"},
      {"SNAPSHOT RESTORE s TO ACCOUNT b", kCluster, "a cluster cannot be restored to one account"},
      {"SNAPSHOT RESTORE s ACCOUNT acc1 DATABASE d", kSys,
       "can't restore database from other account's snapshot"},
      {"SNAPSHOT RESTORE s DATABASE d", kAcc1, "can't restore database from other account's snapshot"},
      {"RESTORE TABLE acc1.d.t {SNAPSHOT = s}", kCluster,
       "can't restore table from other account's snapshot"},
      {"SNAPSHOT RESTORE s DATABASE d", kCluster,
       "can't restore db from cluster level snapshot: SNAPSHOT RESTORE `s` ACCOUNT `sys` restores"},
      {"SNAPSHOT RESTORE s DATABASE d", kTable,
       "can't restore db from table level snapshot: snapshot s holds only table d.t"},
      {"SNAPSHOT RESTORE s ACCOUNT sys", kDatabase,
       "can't restore account from db or table level snapshot: snapshot s holds only database d"},
      {"SNAPSHOT RESTORE s ACCOUNT sys TO ACCOUNT b", kAcc1,
       "accountName(sys) does not match snapshot.accountName(acc1): snapshot s holds only account acc1"},
      {"SNAPSHOT RESTORE s DATABASE e", kDatabase, "databaseName(e) does not match snapshot.databaseName(d)"},
      {"SNAPSHOT RESTORE s TABLE d.u", kTable, "tableName(u) does not match snapshot.tableName(t)"},
      {"SNAPSHOT RESTORE s DATABASE mysql", kSys, "can't restore db: mysql: it is a system database"},
      {"SNAPSHOT RESTORE s" + new_account, kSys, "the tenant b exists"},
  };
  for (const Case& c : cases) {
    auto error = session(c.snapshot).refused(c.sql);
    EXPECT_EQ(error.code, 20101) << c.sql;
    EXPECT_NE(error.message.find(c.says), std::string::npos) << c.sql << ": " << error.message;
  }
  Session s = session(kTable);
  s.script["to_account"] = {};
  EXPECT_NE(s.refused("SNAPSHOT RESTORE s" + new_account).message.find("a single table"), std::string::npos);
  s = session(kSys);
  s.script["to_account"] = {};
  EXPECT_NE(s.refused("SNAPSHOT RESTORE s TO ACCOUNT b").message.find("no such account"), std::string::npos);
  s = session(kAcc1);
  s.script["to_account"] = {};
  EXPECT_NE(s.refused("SNAPSHOT RESTORE s TO ACCOUNT b").message.find("no such account"), std::string::npos);
  EXPECT_NE(
      s.refused("SNAPSHOT RESTORE s DATABASE d" + new_account + " WITH USERS").message.find("whole account"),
      std::string::npos);
  s.script["snapshot"] = {};
  s.facts.reads.clear();
  EXPECT_EQ(s.refused("SNAPSHOT RESTORE s").message,
            "internal error: find 0 snapshot records by name(s), expect only 1");
}

TEST(PlanRestore, AnAccountsAdminStaysInItsAccount) {
  Session s = session(kAcc1);
  s.facts.identity = test::acc_admin;
  EXPECT_EQ(s.planned("SNAPSHOT RESTORE s").steps.at(0).native_sql,
            "RESTORE ACCOUNT `acc1` {SNAPSHOT = 's'}");
  EXPECT_EQ(
      s.planned("SNAPSHOT RESTORE s TABLE d.t").steps.at(1).native_sql,
      "SELECT rel_id FROM mo_catalog.mo_tables WHERE account_id = 1 AND reldatabase = 'd' AND relname = 't'");
  // On 3.0 an account's admin can write such rows into its mo_snapshots.
  for (const SnapshotRow& forged : {kCluster, kSys}) {
    s = session(forged);
    s.facts.identity = test::acc_admin;
    EXPECT_NE(s.refused("SNAPSHOT RESTORE s").message.find("do not have privilege"), std::string::npos);
  }
}

TEST(PlanRestore, IsRefusedInATransactionBeforeAnythingIsAsked) {
  for (const char* sql : {"SNAPSHOT RESTORE s", "RESTORE CLUSTER {SNAPSHOT = s}"}) {
    Session s = session(kSys);
    s.facts.in_transaction = true;
    EXPECT_NE(s.refused(sql).message.find("cannot run in a transaction"), std::string::npos);
    EXPECT_TRUE(s.asked.empty());
  }
}

}  // namespace
}  // namespace mogate::rewrite
