#include "rewrite/statements/pitr.h"

#include "rewrite/statements/pitr_facts.h"
#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using Texts = std::vector<std::string>;

// As SHOW PITR answers.
const test::Cells::value_type kTableT{"p", "2026-11-21 08:00:00", "", "table", "sys", "d", "t", "100", "y"};
const test::Cells::value_type kAccountSys{"a", "2026-11-21 08:00:00", "", "account", "sys", "*", "*", "2",
                                          "h"};
const test::Cells::value_type kAll{"c", "2026-11-21 08:00:00", "", "cluster", "*", "*", "*", "2", "h"};

test::Session all_there(test::Cells pitrs = {}) {
  test::Session s;
  for (const char* key : {"scope_account", "scope_database", "scope_table"}) s.script[key] = {{"there"}};
  s.script["pitrs"] = std::move(pitrs);
  return s;
}

TEST(PitrShortcut, BecomesTheNativeForm) {
  const std::pair<const char*, const char*> cases[] = {
      {"CREATE PITR p FOR TABLE d.t RANGE 2 'h'", "CREATE PITR `p` FOR TABLE `d` `t` RANGE 2 'h'"},
      {"CREATE PITR p FOR TABLE t RANGE 2 'h'", "CREATE PITR `p` FOR TABLE `cur` `t` RANGE 2 'h'"},
      {"CREATE PITR IF NOT EXISTS p FOR TABLE d t RANGE 1 DAY",
       "CREATE PITR IF NOT EXISTS `p` FOR TABLE `d` `t` RANGE 1 'd'"},
      {"CREATE PITR p FOR CLUSTER RANGE 3 MONTHS", "CREATE PITR `p` FOR CLUSTER RANGE 3 'mo'"},
      {"CREATE PITR p FOR ACCOUNT acc1 RANGE 1 YEAR", "CREATE PITR `p` FOR ACCOUNT `acc1` RANGE 1 'y'"},
      {"CREATE PITR p RANGE 2 HOURS", "CREATE PITR `p` FOR ACCOUNT RANGE 2 'h'"},
      {"CREATE PITR p FOR DATABASE d RANGE 2 HOURS", "CREATE PITR `p` FOR DATABASE `d` RANGE 2 'h'"},
      {"ALTER PITR IF EXISTS p RANGE 3 DAYS", "ALTER PITR IF EXISTS `p` RANGE 3 'd'"},
      {"SHOW PITR LIKE 'p%'", "SHOW PITR WHERE pitr_name LIKE 'p%'"},
      {"SHOW PITR CLUSTER", "SHOW PITR WHERE pitr_level = 'cluster'"},
      {"SHOW PITR ACCOUNT acc1", "SHOW PITR WHERE pitr_level = 'account' AND account_name = 'acc1'"},
      {"SHOW PITR LIKE 'x' TABLE t",
       "SHOW PITR WHERE pitr_name LIKE 'x' AND pitr_level = 'table' AND database_name = 'cur' AND table_name "
       "= 't'"},
  };
  for (const auto& [sql, native] : cases) {
    test::Session s = all_there();
    s.script["database"] = {{"Cur"}};
    EXPECT_EQ(test::texts(s.planned(sql)), Texts{native}) << sql;
  }
  EXPECT_EQ(test::texts(all_there({kTableT}).planned("ALTER PITR p RANGE 3 DAYS")),
            Texts{"ALTER PITR `p` RANGE 3 'd'"});
}

TEST(PitrShortcut, IsRefusedForANameOrAThingThatHasOne) {
  const std::pair<const char*, const char*> cases[] = {
      {"CREATE PITR p FOR DATABASE d RANGE 2 HOURS",
       "pitr p already exists; ALTER PITR `p` changes how far it reaches"},
      {"CREATE PITR q FOR TABLE d.t RANGE 2 HOURS",
       "TABLE `d` `t` already has a pitr, p; ALTER PITR `p` changes how far it reaches"},
      {"CREATE PITR q FOR ACCOUNT RANGE 2 HOURS",
       "ACCOUNT `sys` already has a pitr, a; ALTER PITR `a` changes how far it reaches"},
      {"CREATE PITR q FOR ACCOUNT sys RANGE 2 HOURS",
       "ACCOUNT `sys` already has a pitr, a; ALTER PITR `a` changes how far it reaches"},
      {"CREATE PITR q FOR CLUSTER RANGE 2 HOURS",
       "CLUSTER already has a pitr, c; ALTER PITR `c` changes how far it reaches"},
  };
  for (const auto& [sql, says] : cases) {
    auto error = all_there({kTableT, kAccountSys, kAll}).refused(sql);
    EXPECT_EQ(error.code, 20101) << sql;
    EXPECT_EQ(error.message, std::string("internal error: ") + says) << sql;
  }
}

TEST(PitrShortcut, OfAPartNextToOneOfTheWholeIsMade) {
  for (const char* sql :
       {"CREATE PITR q FOR DATABASE d RANGE 2 HOURS", "CREATE PITR q FOR TABLE d.u RANGE 2 HOURS",
        "CREATE PITR q FOR TABLE e.t RANGE 2 HOURS", "CREATE PITR q FOR ACCOUNT acc1 RANGE 2 HOURS"})
    EXPECT_EQ(all_there({kTableT, kAccountSys, kAll}).planned(sql).steps.size(), 1U) << sql;
}

TEST(PitrShortcut, IfItMayBeThereOrNotNothingIsAsked) {
  for (const char* sql :
       {"CREATE PITR IF NOT EXISTS c FOR CLUSTER RANGE 2 HOURS", "ALTER PITR IF EXISTS nope RANGE 2 HOURS"}) {
    test::Session s = all_there({kAll});
    EXPECT_EQ(s.planned(sql).steps.size(), 1U) << sql;
    EXPECT_EQ(s.asked, Texts{}) << sql;
  }
}

TEST(PitrShortcut, ToChangeOneThatIsNotThereIsRefused) {
  auto error = all_there({kTableT}).refused("ALTER PITR nope RANGE 2 HOURS");
  EXPECT_EQ(error.code, 20101);
  EXPECT_EQ(error.message, "internal error: pitr nope does not exist; SHOW PITR lists those that do");
}

TEST(PitrShortcut, LeavesNativeFormsToMatrixOne) {
  for (const char* sql :
       {"CREATE PITR p FOR TABLE d t RANGE 2 'h'", "CREATE PITR p FOR DATABASE d TABLE t RANGE 2 'h'",
        "CREATE PITR p FOR ACCOUNT RANGE 2 'h'", "CREATE PITR p RANGE 2 'h'", "ALTER PITR p RANGE 3 'd'",
        "SHOW PITR", "SHOW PITR WHERE pitr_name = 'p'", "DROP PITR p"})
    EXPECT_TRUE(std::holds_alternative<NotOurs>(test::parse_sql(sql))) << sql;
}

TEST(PitrShortcut, SaysWhereItDoesNotParse) {
  for (const char* sql :
       {"CREATE PITR p FOR TABLE d.t", "CREATE PITR p FOR TABLE d.t RANGE 2", "ALTER PITR p RANGE 2 WEEKS"})
    EXPECT_EQ(test::error_of(test::parse_sql(sql)).code, 1064) << sql;
}

TEST(PitrShortcut, IsForWhatIsThere) {
  test::Session s = all_there();
  s.script["scope_table"] = {};
  EXPECT_EQ(s.refused("CREATE PITR p FOR TABLE d.t RANGE 2 HOURS").code, 1146);
  s = all_there();
  s.script["scope_database"] = {};
  EXPECT_EQ(s.refused("CREATE PITR p FOR DATABASE d RANGE 2 HOURS").code, 1049);
  s.script["scope_account"] = {};
  EXPECT_NE(s.refused("CREATE PITR p FOR ACCOUNT a RANGE 2 HOURS").message.find("account a does not exist"),
            std::string::npos);
  EXPECT_NE(s.refused("CREATE PITR p FOR DATABASE mysql RANGE 2 HOURS").message.find("system database mysql"),
            std::string::npos);
}

TEST(PitrShortcut, SaysHowLongARangeMayBe) {
  for (const char* sql : {"CREATE PITR p FOR TABLE d.t RANGE 0 HOURS", "CREATE PITR p RANGE 101 DAYS",
                          "ALTER PITR p RANGE 200 YEARS"}) {
    auto error = test::error_of(test::parse_sql(sql));
    EXPECT_EQ(error.code, 20101) << sql;
    EXPECT_NE(error.message.find(": RANGE takes 1 to 100"), std::string::npos) << error.message;
  }
  for (const char* sql : {"CREATE PITR p RANGE 1 HOUR", "ALTER PITR p RANGE 100 YEARS"})
    EXPECT_TRUE(std::holds_alternative<Statement>(test::parse_sql(sql))) << sql;
}

TEST(PitrShortcut, NeedsAnAdminAndSysForTheClusterAndOtherAccounts) {
  struct Case {
    const char* sql;
    Identity self;
    bool allowed;
  };
  for (const Case& c : {Case{"CREATE PITR p FOR CLUSTER RANGE 2 HOURS", test::acc_admin, false},
                        Case{"CREATE PITR p FOR ACCOUNT sys RANGE 2 HOURS", test::acc_admin, false},
                        Case{"CREATE PITR p FOR ACCOUNT RANGE 2 HOURS", test::acc_admin, true},
                        Case{"SHOW PITR LIKE 'p'", test::acc_user, false}}) {
    test::Session s = all_there();
    s.facts.identity = c.self;
    EXPECT_EQ(std::holds_alternative<Plan>(s.plan(c.sql)), c.allowed) << c.sql;
  }
}

TEST(PitrShortcut, ShowsTheNineColumnsInUpperCaseOnEveryVersion) {
  auto columns = pitr_columns();
  ASSERT_EQ(columns.size(), 9U);
  EXPECT_EQ(columns.front().name, "PITR_NAME");
  EXPECT_EQ(columns.back().name, "PITR_UNIT");
}

}  // namespace
}  // namespace mogate::rewrite
