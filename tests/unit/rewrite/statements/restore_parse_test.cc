#include "rewrite/statements/restore.h"
#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using test::parsed_as;

constexpr auto kOfSnapshot = std::nullopt;

TEST(ParseRestore, ReadsTheGatewaysFormAndBothOfMatrixOnes) {
  struct Case {
    const char* sql;
    std::optional<Level> level;
    const char *account, *database, *table, *to_account;
  };
  const Case cases[] = {
      {"SNAPSHOT RESTORE S1", kOfSnapshot, "", "", "", ""},
      {"SNAPSHOT RESTORE s1 CLUSTER", Level::cluster, "", "", "", ""},
      {"SNAPSHOT RESTORE s1 ACCOUNT a", Level::account, "a", "", "", ""},
      {"SNAPSHOT RESTORE s1 ACCOUNT a DATABASE d", Level::database, "a", "d", "", ""},
      {"SNAPSHOT RESTORE s1 ACCOUNT a DATABASE d TABLE t", Level::table, "a", "d", "t", ""},
      {"SNAPSHOT RESTORE s1 DATABASE d TABLE t TO ACCOUNT b", Level::table, "", "d", "t", "b"},
      {"SNAPSHOT RESTORE s1 TABLE t", Level::table, "", "", "t", ""},
      {"SNAPSHOT RESTORE s1 TABLE D.`T x`", Level::table, "", "d", "t x", ""},
      {"SNAPSHOT RESTORE s1 TO ACCOUNT B", kOfSnapshot, "", "", "", "b"},
      {"RESTORE CLUSTER {SNAPSHOT = s1}", Level::cluster, "", "", "", ""},
      {"RESTORE CLUSTER FROM SNAPSHOT s1", Level::cluster, "", "", "", ""},
      {"RESTORE ACCOUNT a {snapshot='S1'}", Level::account, "a", "", "", ""},
      {"RESTORE ACCOUNT a {SNAPSHOT = \"s1\"} TO ACCOUNT b", Level::account, "a", "", "", "b"},
      {"RESTORE ACCOUNT `a` FROM SNAPSHOT `s1` TO ACCOUNT b", Level::account, "a", "", "", "b"},
      {"RESTORE ACCOUNT `sys` DATABASE `td` FROM SNAPSHOT `s1`", Level::database, "sys", "td", "", ""},
      {"RESTORE ACCOUNT `sys` DATABASE `td` TABLE `t` FROM SNAPSHOT `s1`", Level::table, "sys", "td", "t",
       ""},
      {"RESTORE DATABASE d {SNAPSHOT = s1}", Level::database, "", "d", "", ""},
      {"RESTORE DATABASE a.d {SNAPSHOT = s1}", Level::database, "a", "d", "", ""},
      {"RESTORE TABLE d.t {SNAPSHOT = s1}", Level::table, "", "d", "t", ""},
      {"RESTORE TABLE a.d.t {SNAPSHOT = s1} TO ACCOUNT b", Level::table, "a", "d", "t", "b"},
      {"/* mogate:off */ RESTORE /*+ x */ TABLE d.t {SNAPSHOT = s1}", Level::table, "", "d", "t", ""},
  };
  for (const Case& c : cases) {
    auto r = parsed_as<Restore>(c.sql);
    EXPECT_EQ(r.snapshot, "s1") << c.sql;
    EXPECT_TRUE(r.level == c.level) << c.sql;
    EXPECT_EQ(r.account, c.account) << c.sql;
    EXPECT_EQ(r.database, c.database) << c.sql;
    EXPECT_EQ(r.table, c.table) << c.sql;
    EXPECT_EQ(r.to_account, c.to_account) << c.sql;
    EXPECT_FALSE(r.new_account) << c.sql;
    EXPECT_EQ(r.native, std::string_view(c.sql).find("SNAPSHOT RESTORE") == std::string_view::npos) << c.sql;
  }
}

TEST(ParseRestore, ReadsANewAccount) {
  auto r = parsed_as<Restore>(
      "SNAPSHOT RESTORE s TO NEW ACCOUNT B ADMIN_NAME = 'X' IDENTIFIED BY 'it''s' WITH USERS");
  ASSERT_TRUE(r.new_account);
  EXPECT_EQ(r.new_account->name, "b");
  EXPECT_EQ(r.new_account->admin, "X");
  EXPECT_EQ(r.new_account->password, "it's");
  EXPECT_TRUE(r.new_account->with_users);
  r = parsed_as<Restore>("SNAPSHOT RESTORE s DATABASE d TO NEW ACCOUNT b ADMIN_NAME 'x' IDENTIFIED BY 'y'");
  ASSERT_TRUE(r.new_account);
  EXPECT_FALSE(r.new_account->with_users);
  EXPECT_EQ(r.database, "d");
}

TEST(ParseRestore, RefusesTheRest) {
  const char* cases[] = {
      "SNAPSHOT RESTORE",
      "SNAPSHOT RESTORE s CLUSTER TO ACCOUNT b",
      "SNAPSHOT RESTORE s ACCOUNT",
      "SNAPSHOT RESTORE s TO NEW ACCOUNT b",
      "SNAPSHOT RESTORE s TO NEW ACCOUNT b ADMIN_NAME x IDENTIFIED BY 'y'",
      "SNAPSHOT RESTORE s TO NEW ACCOUNT b ADMIN_NAME 'x' IDENTIFIED BY 'y' WITH ROLES",
      "RESTORE ACCOUNT a",
      "RESTORE ACCOUNT {SNAPSHOT = s}",
      "RESTORE DATABASE a.b.c {SNAPSHOT = s}",
      "RESTORE TABLE t {SNAPSHOT = s}",
      "RESTORE TABLE d.t {TIMESTAMP = '2026-01-01'}",
      "RESTORE TABLE d.t {SNAPSHOT = s",
      "RESTORE TABLE d.t {SNAPSHOT = s} TO NEW ACCOUNT b ADMIN_NAME 'x' IDENTIFIED BY 'y'",
      "RESTORE CLUSTER {SNAPSHOT = s} garbage",
  };
  for (const char* sql : cases) EXPECT_EQ(test::error_of(test::parse_sql(sql)).code, 1064) << sql;
}

}  // namespace
}  // namespace mogate::rewrite
