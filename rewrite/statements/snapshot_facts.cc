#include "rewrite/statements/snapshot_facts.h"

#include "rewrite/sql/characters.h"

#include <algorithm>

namespace mogate::rewrite {
namespace {

std::string holds_only(const Snapshot& s) {
  std::string what = "account " + s.account;
  if (s.level == Level::database) what = "database " + s.database;
  if (s.level == Level::table) what = "table " + s.database + "." + s.table;
  return ": snapshot " + s.name + " holds only " + what;
}

protocol::SqlError mismatch(const Snapshot& s, const std::string& what, std::string_view asked,
                            const std::string& held) {
  return internal_error(what + "(" + std::string(asked) + ") does not match snapshot." + what + "(" + held +
                        ")" + holds_only(s));
}

}  // namespace

void want_snapshot(Planning& p, std::string key, std::string_view name) {
  p.want(
      std::move(key),
      "SELECT sname, ts, level, account_name, database_name, table_name, obj_id FROM mo_catalog.mo_snapshots "
      "WHERE sname = " +
          p.literal(name));
}

std::optional<Snapshot> read_snapshot(const Planning& p, std::string_view key, std::string_view name) {
  std::string ts = p.cell(key, 0, 1);
  if (ts.empty() || !std::all_of(ts.begin(), ts.end(), sql::is_digit)) return std::nullopt;
  return Snapshot{std::string(name),
                  ts,
                  level_from(p.cell(key, 0, 2)),
                  p.cell(key, 0, 3),
                  p.cell(key, 0, 4),
                  p.cell(key, 0, 5),
                  p.cell(key, 0, 6)};
}

protocol::SqlError no_such_snapshot(std::string_view name) {
  return internal_error("find 0 snapshot records by name(" + std::string(name) + "), expect only 1");
}

std::optional<protocol::SqlError> outside(const Snapshot& s, std::string_view database,
                                          std::string_view table) {
  if (!s.database.empty() && database != s.database) return mismatch(s, "databaseName", database, s.database);
  if (!s.table.empty() && table != s.table) return mismatch(s, "tableName", table, s.table);
  return std::nullopt;
}

std::optional<protocol::SqlError> not_held(const Snapshot& s, const Scope& wanted) {
  if (s.level == Level::cluster) return std::nullopt;
  if (wanted.account != s.account) return mismatch(s, "accountName", wanted.account, s.account);
  if (wanted.level < s.level)
    return internal_error((wanted.level == Level::account
                               ? "can't restore account from db or table level snapshot"
                               : "can't restore db from table level snapshot") +
                          holds_only(s));
  return outside(s, wanted.database, wanted.table);
}

bool older(const Snapshot& a, const Snapshot& b) {
  return a.ts.size() != b.ts.size() ? a.ts.size() < b.ts.size() : a.ts < b.ts;
}

}  // namespace mogate::rewrite
