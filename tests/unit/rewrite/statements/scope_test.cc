#include "rewrite/statements/scope.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

TEST(Scope, ReadsEachLevel) {
  const std::pair<const char*, Scope> cases[] = {
      {"CLUSTER", {Level::cluster, "", "", ""}},
      {"ACCOUNT", {Level::account, "", "", ""}},
      {"ACCOUNT Acc1", {Level::account, "acc1", "", ""}},
      {"DATABASE `My db`", {Level::database, "", "my db", ""}},
      {"TABLE t", {Level::table, "", "", "t"}},
      {"TABLE d.t", {Level::table, "", "d", "t"}},
      {"TABLE d t", {Level::table, "", "d", "t"}},
      {"TABLE `d.1`.`t.2`", {Level::table, "", "d.1", "t.2"}},
  };
  for (const auto& [sql, scope] : cases) {
    sql::Cursor in(sql, {});
    EXPECT_EQ(parse_scope(in), scope) << sql;
    EXPECT_FALSE(in.failed()) << sql;
  }
}

TEST(Scope, RefusesWhatNamesNothing) {
  for (const char* sql : {"", "TABLES t", "DATABASE", "TABLE", "TABLE d.", "DATABASE 'd'"}) {
    sql::Cursor in(sql, {});
    parse_scope(in);
    EXPECT_TRUE(in.failed()) << sql;
  }
}

TEST(Scope, LevelsHaveTheNamesOfTheCatalog) {
  for (Level level : {Level::cluster, Level::account, Level::database, Level::table})
    EXPECT_EQ(level_from(level_name(level)), level);
  EXPECT_EQ(level_name(Level::cluster), "cluster");
  EXPECT_EQ(level_from("something new"), Level::table);
}

}  // namespace
}  // namespace mogate::rewrite
