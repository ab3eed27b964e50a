#include "rewrite/statements/clone_out.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using Texts = std::vector<std::string>;

const Snapshot kAccount{"s", "5", Level::account, "sys", "", "", "0"};
const Snapshot kAcc1{"s", "5", Level::account, "acc1", "", "", "1"};
const Snapshot kCluster{"s", "5", Level::cluster, "", "", "", "1"};
const Snapshot kDatabase{"s", "5", Level::database, "sys", "d", "", "7"};
const Snapshot kTable{"s", "5", Level::table, "sys", "d", "t", "8"};

struct Fixture {
  Facts facts = test::facts_of(test::sys_admin);
  Dialect dialect = test::v4_2;

  Fixture() {
    facts.reads["to_account"] = test::rows({{"9", "b"}});
    facts.reads["databases"] = test::rows({{"d", ""}, {"e", ""}});
    facts.reads["foreign_keys"] = {};
    facts.reads["taken"] = {};
  }
  Planned plan(const CloneOut& request) {
    Planning p(dialect, facts);
    return plan_clone_out(request, p);
  }
  Texts steps(const CloneOut& request) {
    Planned planned = plan(request);
    const auto* made = std::get_if<Plan>(&planned);
    return made != nullptr ? test::texts(*made) : Texts{std::get<protocol::SqlError>(planned).message};
  }
  protocol::SqlError error(const CloneOut& request) {
    Planned planned = plan(request);
    const auto* refused = std::get_if<protocol::SqlError>(&planned);
    return refused != nullptr ? *refused : protocol::SqlError{0, "no error", {}};
  }
};

TEST(CloneOut, ClonesEachDatabaseOfTheAccount) {
  EXPECT_EQ(Fixture().steps({kAccount, "sys", "", "", "b"}),
            (Texts{"CREATE DATABASE `d` CLONE `d` {SNAPSHOT = 's'} TO ACCOUNT `b`",
                   "CREATE DATABASE `e` CLONE `e` {SNAPSHOT = 's'} TO ACCOUNT `b`"}));
}

TEST(CloneOut, LeavesOutSystemAndSubscribedDatabases) {
  Fixture f;
  f.facts.reads["databases"] =
      test::rows({{"d", ""}, {"mo_catalog", ""}, {"mysql", ""}, {"sub", "subscription"}});
  EXPECT_EQ(f.steps({kAccount, "sys", "", "", "b"}),
            (Texts{"CREATE DATABASE `d` CLONE `d` {SNAPSHOT = 's'} TO ACCOUNT `b`"}));
}

TEST(CloneOut, ClonesOneDatabaseOrOneTable) {
  EXPECT_EQ(Fixture().steps({kCluster, "sys", "e", "", "b"}),
            (Texts{"CREATE DATABASE `e` CLONE `e` {SNAPSHOT = 's'} TO ACCOUNT `b`"}));
  Fixture f;
  f.facts.reads["taken"] = test::rows({{"d"}});
  EXPECT_EQ(f.steps({kTable, "sys", "d", "t", "b"}),
            (Texts{"CREATE TABLE `d`.`t` CLONE `d`.`t` {SNAPSHOT = 's'} TO ACCOUNT `b`"}));
}

TEST(CloneOut, ReadsTheCatalogueAsItWas) {
  struct Case {
    const char* name;
    Snapshot snapshot;
    const char *from, *point_in_time, *account_id;
  };
  const Case cases[] = {
      {"its own account's", kAccount, "sys", " {MO_TS = 5}", "account_id = 0"},
      {"a database's, which MatrixOne would not read mo_catalog with", kDatabase, "sys", " {MO_TS = 5}",
       "account_id = 0"},
      {"another account's, whose own catalogue it shows", kAcc1, "acc1", " {SNAPSHOT = 's'}",
       "account_id = 1"},
  };
  for (const Case& c : cases) {
    Fixture f;
    f.facts.reads.erase("databases");
    f.facts.reads.erase("foreign_keys");
    Planned planned = f.plan({c.snapshot, c.from, c.snapshot.database, "", "b"});
    const auto* questions = std::get_if<std::vector<FactQuery>>(&planned);
    ASSERT_NE(questions, nullptr) << c.name;
    ASSERT_EQ(questions->size(), 2U) << c.name;
    EXPECT_EQ((*questions)[0].sql, std::string("SELECT datname, dat_type FROM mo_catalog.mo_database") +
                                       c.point_in_time + " WHERE " + c.account_id + " ORDER BY datname")
        << c.name;
    EXPECT_EQ((*questions)[1].sql,
              std::string("SELECT db_name, table_name, refer_db_name, refer_table_name FROM "
                          "mo_catalog.mo_foreign_keys") +
                  c.point_in_time + " WHERE db_name <> refer_db_name")
        << c.name;
  }
}

TEST(CloneOut, RefusesBeforeAnythingIsMade) {
  struct Case {
    const char* name;
    CloneOut request;
    std::uint16_t code;
    const char* says;
  };
  const Case cases[] = {
      {"a foreign key leads out",
       {kAccount, "sys", "", "", "b"},
       20101,
       "a foreign key of e.c leads into another database (x.p)"},
      {"it is there already",
       {kAccount, "sys", "taken", "", "b"},
       1007,
       "database taken already exists in account b"},
      {"unknown at that time", {kAccount, "sys", "nope", "", "b"}, 1049, "Unknown database nope"},
      {"a system database", {kAccount, "sys", "mysql", "", "b"}, 20101, "can't restore db: mysql"},
      {"the table's database is not there",
       {kTable, "sys", "d", "t", "b"},
       20101,
       "database d does not exist in account b"},
      {"another account's snapshot",
       {kAcc1, "sys", "", "", "b"},
       20101,
       "accountName(sys) does not match snapshot.accountName(acc1)"},
      {"an account out of a cluster's",
       {kCluster, "acc1", "", "", "b"},
       20101,
       "cannot be taken out of a cluster's snapshot"},
      {"a database out of a table's",
       {kTable, "sys", "d", "", "b"},
       20101,
       "can't restore db from table level snapshot"},
      {"an account out of a database's",
       {kDatabase, "sys", "", "", "b"},
       20101,
       "can't restore account from db or table level"},
      {"another database",
       {kDatabase, "sys", "e", "", "b"},
       20101,
       "databaseName(e) does not match snapshot.databaseName(d)"},
      {"another table",
       {kTable, "sys", "d", "u", "b"},
       20101,
       "tableName(u) does not match snapshot.tableName(t)"},
  };
  for (const Case& c : cases) {
    Fixture f;
    f.facts.reads["databases"] = test::rows({{"d", ""}, {"e", ""}, {"taken", ""}});
    f.facts.reads["taken"] = test::rows({{"taken"}});
    f.facts.reads["foreign_keys"] = test::rows({{"e", "c", "x", "p"}});
    auto error = f.error(c.request);
    EXPECT_EQ(error.code, c.code) << c.name;
    EXPECT_NE(error.message.find(c.says), std::string::npos) << c.name << ": " << error.message;
  }
}

TEST(CloneOut, NeedsAVersionWithClone) {
  Fixture f;
  f.dialect = test::v2_2;
  EXPECT_EQ(f.error({kAccount, "sys", "", "", "b"}).message,
            "not supported: MatrixOne 2.2.0 has no CLONE, which a restore into another account needs");
}

}  // namespace
}  // namespace mogate::rewrite
