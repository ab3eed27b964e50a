#include "rewrite/statements/pitr.h"

#include "rewrite/statements/pitr_facts.h"
#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using Texts = std::vector<std::string>;

test::Session all_there() {
  test::Session s;
  for (const char* key : {"scope_account", "scope_database", "scope_table"}) s.script[key] = {{"there"}};
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
      {"ALTER PITR p RANGE 3 DAYS", "ALTER PITR `p` RANGE 3 'd'"},
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
