#include "rewrite/statements/scope.h"

#include "rewrite/sql/quoting.h"

#include <array>

namespace mogate::rewrite {
namespace {

constexpr std::array<std::string_view, 4> kLevels{"cluster", "account", "database", "table"};

Scope parse_table_scope(sql::Cursor& in) {
  sql::TableName t = in.table();
  // MatrixOne's own CREATE SNAPSHOT writes the two names side by side.
  if (t.database.empty() && in.at_name()) t = {t.table, in.name("a table name")};
  return {Level::table, {}, std::move(t.database), std::move(t.table)};
}

}  // namespace

Scope parse_scope(sql::Cursor& in) {
  if (in.accept("CLUSTER")) return {Level::cluster, {}, {}, {}};
  if (in.accept("ACCOUNT")) return {Level::account, in.at_name() ? in.name("an account name") : "", {}, {}};
  if (in.accept("DATABASE")) return {Level::database, {}, in.name("a database name"), {}};
  if (in.accept("TABLE")) return parse_table_scope(in);
  in.fail("CLUSTER, ACCOUNT, DATABASE or TABLE");
  return {};
}

bool is_part(const Scope& scope) { return scope.level == Level::database || scope.level == Level::table; }

std::string native_scope(const Scope& scope) {
  switch (scope.level) {
    case Level::cluster: return "CLUSTER";
    case Level::account:
      return scope.account.empty() ? "ACCOUNT" : "ACCOUNT " + sql::quote_name(scope.account);
    case Level::database: return "DATABASE " + sql::quote_name(scope.database);
    case Level::table: break;
  }
  return "TABLE " + sql::quote_name(scope.database) + " " + sql::quote_name(scope.table);
}

std::string_view level_name(Level level) { return kLevels[static_cast<std::size_t>(level)]; }

Level level_from(std::string_view name) {
  for (std::size_t i = 0; i < kLevels.size(); ++i)
    if (kLevels[i] == name) return static_cast<Level>(i);
  return Level::table;
}

}  // namespace mogate::rewrite
