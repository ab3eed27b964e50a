#include "rewrite/statements/scope_facts.h"

namespace mogate::rewrite {
namespace {

bool is_elsewhere(const Planning& p, const Scope& scope) {
  return scope.level == Level::account && !scope.account.empty() && scope.account != p.self().account;
}

}  // namespace

bool qualify_scope(Scope& scope, Planning& p, std::optional<protocol::SqlError>& error) {
  if (scope.level != Level::table || !scope.database.empty()) return true;
  p.want_database();
  if (p.waiting()) return false;
  sql::TableName t{{}, scope.table};
  error = p.qualify(t);
  scope.database = t.database;
  return true;
}

void want_scope(Planning& p, const Scope& scope) {
  if (is_elsewhere(p, scope))
    p.want("scope_account",
           "SELECT account_name FROM mo_catalog.mo_account WHERE account_name = " + p.literal(scope.account));
  if (!is_part(scope) || is_system_database(scope.database)) return;
  p.want("scope_database", "SELECT datname FROM mo_catalog.mo_database WHERE " + p.own_account() +
                               " AND datname = " + p.literal(scope.database));
  if (scope.level == Level::table)
    p.want("scope_table", "SELECT relname FROM mo_catalog.mo_tables WHERE " + p.own_account() +
                              " AND reldatabase = " + p.literal(scope.database) +
                              " AND relname = " + p.literal(scope.table));
}

std::optional<protocol::SqlError> no_such_scope(const Planning& p, const Scope& scope,
                                                std::string_view thing) {
  if (is_elsewhere(p, scope) && !p.any("scope_account"))
    return internal_error("account " + scope.account + " does not exist");
  if (!is_part(scope)) return std::nullopt;
  if (is_system_database(scope.database))
    return internal_error("can not create " + std::string(thing) + " for system database " + scope.database +
                          ": FOR ACCOUNT has it in it");
  if (!p.any("scope_database")) return unknown_database(scope.database);
  if (scope.level == Level::table && !p.any("scope_table"))
    return protocol::SqlError{
        protocol::errc::no_such_table, "no such table " + scope.database + "." + scope.table, {}};
  return std::nullopt;
}

}  // namespace mogate::rewrite
