#include "rewrite/privilege.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using test::statement_of;

constexpr char kRefusal[] = "internal error: do not have privilege to execute the statement";

struct Who {
  const char* name;
  Identity identity;
};

const Who kEveryone[] = {
    {"sys", {0, "sys", 0, "moadmin"}},
    {"sys with role public", {0, "sys", 1, "public"}},
    {"sys with a role that took the name of the account's admin", {0, "sys", 7, "accountadmin"}},
    {"an account's admin", {1, "acc1", 2, "accountadmin"}},
    {"an account's user", {1, "acc1", 3, "r1"}},
    {"a role called moadmin in an account", {1, "acc1", 9, "moadmin"}},
    {"an account called sys that is not the first", {5, "sys", 0, "moadmin"}},
    {"unknown", {~0U, "", ~0U, ""}},
};

bool is_sys(const Identity& i) { return i.account_id == 0 && i.account == "sys" && i.role == "moadmin"; }
bool is_admin(const Identity& i) { return is_sys(i) || (i.account_id != 0 && i.role == "accountadmin"); }

TEST(Privilege, EachStatementNeedsItsIdentity) {
  struct Case {
    const char* sql;
    Need need;  // of an admin of acc1
  };
  const Case cases[] = {
      {"FLUSH TABLE d.t", Need::sys},
      {"FLUSH DATABASE d", Need::sys},
      {"FLUSH TABLES", Need::none},
      {"CHECKPOINT", Need::sys},
      {"GLOBAL CHECKPOINT", Need::sys},
      {"SNAPSHOT CLUSTER", Need::sys},
      {"SNAPSHOT ACCOUNT", Need::admin},
      {"SNAPSHOT ACCOUNT acc1", Need::admin},
      {"SNAPSHOT ACCOUNT acc2", Need::sys},
      {"SNAPSHOT DATABASE d", Need::admin},
      {"SNAPSHOT TABLE d.t AS s", Need::admin},
      {"SNAPSHOT TABLE d.t AS s WITH FLUSH", Need::sys},
      {"SNAPSHOT CREATE s FOR CLUSTER", Need::sys},
      {"SNAPSHOT CREATE s FOR ACCOUNT acc2", Need::sys},
      {"SNAPSHOT SHOW", Need::admin},
      {"SNAPSHOT SHOW LIKE 'x'", Need::admin},
      {"SNAPSHOT SHOW CLUSTER", Need::sys},
      {"SNAPSHOT SHOW ACCOUNT acc2", Need::sys},
      {"SNAPSHOT DROP s", Need::admin},
      {"SNAPSHOT RESTORE s", Need::admin},
      {"SNAPSHOT RESTORE s CLUSTER", Need::sys},
      {"SNAPSHOT RESTORE s ACCOUNT acc1 DATABASE d", Need::admin},
      {"SNAPSHOT RESTORE s ACCOUNT acc2", Need::sys},
      {"SNAPSHOT RESTORE s ACCOUNT acc2 DATABASE d TABLE t", Need::sys},
      {"SNAPSHOT RESTORE s TO ACCOUNT acc1", Need::admin},
      {"SNAPSHOT RESTORE s TO ACCOUNT acc2", Need::sys},
      {"SNAPSHOT RESTORE s TO NEW ACCOUNT b ADMIN_NAME 'x' IDENTIFIED BY 'y'", Need::sys},
      {"RESTORE CLUSTER {SNAPSHOT = s}", Need::sys},
      {"RESTORE CLUSTER FROM SNAPSHOT s", Need::sys},
      {"RESTORE ACCOUNT acc1 {SNAPSHOT = s}", Need::admin},
      {"RESTORE ACCOUNT sys {SNAPSHOT = s}", Need::sys},
      {"RESTORE DATABASE d {SNAPSHOT = s}", Need::admin},
      {"RESTORE DATABASE acc2.d {SNAPSHOT = s}", Need::sys},
      {"RESTORE TABLE d.t {SNAPSHOT = s} TO ACCOUNT acc2", Need::sys},
      {"SNAPSHOT DIFF a b TABLE d.t", Need::admin},
      {"CREATE SUBSCRIPTION n DATABASE d FROM 'mysql://root:x@h:1'", Need::sys},
      {"DROP SUBSCRIPTION n", Need::sys},
      {"SYNC SUBSCRIPTION n VERIFY", Need::sys},
      {"ALTER SUBSCRIPTION n SET SYNC_INTERVAL 5", Need::sys},
      {"SHOW SUBSCRIPTIONS", Need::none},
      {"SHOW SUBSCRIPTION TASKS", Need::none},
      {"EXPLAIN GATEWAY PAUSE SUBSCRIPTION n", Need::sys},
      {"SHOW GATEWAY STATUS", Need::sys},
      {"RELOAD GATEWAY", Need::sys},
      {"SHOW GATEWAY SESSIONS", Need::sys},
      {"KILL 5", Need::none},
      {"EXPLAIN GATEWAY CHECKPOINT", Need::sys},
      {"EXPLAIN GATEWAY SNAPSHOT SHOW", Need::admin},
      {"EXPLAIN GATEWAY FLUSH TABLES", Need::none},
  };
  for (const Case& c : cases) {
    Statement statement = statement_of(c.sql);
    EXPECT_EQ(needed(statement, test::acc_admin), c.need) << c.sql;
    for (const Who& who : kEveryone) {
      // In another account, what names acc1 or acc2 names another one.
      Need need = needed(statement, who.identity);
      bool may =
          need == Need::none || is_sys(who.identity) || (need == Need::admin && is_admin(who.identity));
      auto error = check_privilege(statement, who.identity);
      EXPECT_EQ(!error.has_value(), may) << c.sql << " by " << who.name;
    }
  }
}

TEST(Privilege, AnAccountsAdminMayHaveSubscriptionsWhereTheConfigSaysSo) {
  for (const char* sql : {"CREATE SUBSCRIPTION n DATABASE d FROM 'mysql://root:x@h:1'",
                          "PAUSE SUBSCRIPTION n", "EXPLAIN GATEWAY DROP SUBSCRIPTION n"}) {
    Statement statement = statement_of(sql);
    EXPECT_EQ(needed(statement, test::acc_admin, true), Need::admin) << sql;
    EXPECT_FALSE(check_privilege(statement, test::acc_admin, true)) << sql;
    EXPECT_TRUE(check_privilege(statement, test::acc_user, true)) << sql;
    EXPECT_TRUE(check_privilege(statement, test::sys_public, true)) << sql;
  }
}

TEST(Privilege, NamingAnotherAccountDependsOnTheOwnOne) {
  Identity acc2_admin{2, "acc2", 2, "accountadmin"};
  EXPECT_EQ(needed(statement_of("SNAPSHOT ACCOUNT acc2"), acc2_admin), Need::admin);
  EXPECT_EQ(needed(statement_of("SNAPSHOT ACCOUNT acc1"), acc2_admin), Need::sys);
}

TEST(Privilege, TheRefusalIsMatrixOnesOwnWithWhatIsNeeded) {
  auto sys = check_privilege(statement_of("CHECKPOINT"), test::acc_admin);
  ASSERT_TRUE(sys);
  EXPECT_EQ(sys->code, 20101);
  EXPECT_EQ(sys->message, std::string(kRefusal).append(" (needs account sys with role moadmin)"));
  auto admin = check_privilege(statement_of("SNAPSHOT SHOW"), test::acc_user);
  ASSERT_TRUE(admin);
  EXPECT_EQ(admin->code, 20101);
  EXPECT_EQ(admin->message,
            std::string(kRefusal).append(" (needs role accountadmin, or account sys with role moadmin)"));
}

}  // namespace
}  // namespace mogate::rewrite
