#include "rewrite/statements/clone_out.h"

#include "rewrite/sql/quoting.h"

#include <optional>
#include <vector>

namespace mogate::rewrite {
namespace {

// The comment of an account that is being made.
constexpr char kUnfinished[] = "mogate: unfinished SNAPSHOT RESTORE";

protocol::SqlError no_clone(const Planning& p) {
  const Version& v = p.dialect().version;
  return {protocol::errc::mo_not_supported,
          "not supported: MatrixOne " + std::to_string(v.major) + "." + std::to_string(v.minor) + "." +
              std::to_string(v.patch) + " has no CLONE, which a restore into another account needs",
          {}};
}

std::string point_in_time(const Snapshot& s, const Planning& p) {
  return " {SNAPSHOT = " + p.literal(s.name) + "}";
}

// An account's snapshot that sys reads shows that account's own catalogue; for the session's own account the
// time does, because MatrixOne refuses mo_catalog under a snapshot of one database or table.
std::string catalog_at(const CloneOut& r, const Planning& p) {
  if (r.from_account == p.self().account) return " {MO_TS = " + r.snapshot.ts + "}";
  return point_in_time(r.snapshot, p);
}

std::string account_id(const CloneOut& r, const Planning& p) {
  return r.from_account == p.self().account ? std::to_string(p.self().account_id) : r.snapshot.object_id;
}

void want_source(const CloneOut& r, Planning& p) {
  p.want("databases", "SELECT datname, dat_type FROM mo_catalog.mo_database" + catalog_at(r, p) +
                          " WHERE account_id = " + account_id(r, p) + " ORDER BY datname");
  p.want("foreign_keys",
         "SELECT db_name, table_name, refer_db_name, refer_table_name FROM mo_catalog.mo_foreign_keys" +
             catalog_at(r, p) + " WHERE db_name <> refer_db_name");
}

void want_target(Planning& p) {
  if (p.any("to_account"))
    p.want("taken", "SELECT datname FROM mo_catalog.mo_database WHERE account_id = " + p.cell("to_account") +
                        " ORDER BY datname");
}

// System databases are made anew in each account, subscribed ones belong to a publication.
std::vector<std::string> databases(const CloneOut& r, const Planning& p) {
  if (!r.database.empty()) return {r.database};
  std::vector<std::string> out;
  for (std::size_t i = 0; i < p.rows("databases").rows.size(); ++i)
    if (std::string d = p.cell("databases", i);
        !is_system_database(d) && p.cell("databases", i, 1) != "subscription")
      out.push_back(std::move(d));
  return out;
}

std::optional<protocol::SqlError> crossing_key(const std::string& database, const Planning& p) {
  for (std::size_t i = 0; i < p.rows("foreign_keys").rows.size(); ++i)
    if (p.cell("foreign_keys", i) == database)
      return internal_error("a foreign key of " + database + "." + p.cell("foreign_keys", i, 1) +
                            " leads into another database (" + p.cell("foreign_keys", i, 2) + "." +
                            p.cell("foreign_keys", i, 3) + "), which CLONE cannot carry; nothing was done");
  return std::nullopt;
}

std::optional<protocol::SqlError> obstacle(const CloneOut& r, const std::string& database,
                                           const Planning& p) {
  if (is_system_database(database)) return internal_error("can't restore db: " + database);
  if (!p.holds("databases", database)) return unknown_database(database);
  if (!r.table.empty()) {
    if (!p.holds("taken", database))
      return internal_error("database " + database + " does not exist in account " + r.to_account +
                            ": make it there first, or restore the whole database");
    return std::nullopt;
  }
  if (p.holds("taken", database))
    return protocol::SqlError{1007,
                              "database " + database + " already exists in account " + r.to_account +
                                  ": drop it there first; nothing was done",
                              {}};
  return crossing_key(database, p);
}

Step clone_step(const CloneOut& r, const std::string& database, const Planning& p) {
  std::string name = r.table.empty() ? sql::quote_name(database) : Planning::dotted({database, r.table});
  Step s = step(std::string("CREATE ") + (r.table.empty() ? "DATABASE " : "TABLE ") + name + " CLONE " +
                name + point_in_time(r.snapshot, p) + " TO ACCOUNT " + sql::quote_name(r.to_account));
  s.leaves = (r.table.empty() ? "database " : "table ") + name + " in account " + r.to_account;
  return s;
}

// What CLONE can read: sys sees into an account's snapshot, but not into another account through a cluster's.
std::optional<protocol::SqlError> unreadable(const CloneOut& r, const Planning& p) {
  if (!p.dialect().has_clone()) return no_clone(p);
  if (r.snapshot.level == Level::cluster && r.from_account != p.self().account)
    return internal_error("the databases of " + r.from_account +
                          " cannot be taken out of a cluster's snapshot: use one of SNAPSHOT ACCOUNT " +
                          r.from_account);
  Level level = !r.table.empty() ? Level::table : !r.database.empty() ? Level::database : Level::account;
  return not_held(r.snapshot, {level, r.from_account, r.database, r.table});
}

}  // namespace

void want_account(Planning& p, std::string_view name) {
  p.want("to_account",
         "SELECT account_id, account_name, comments FROM mo_catalog.mo_account WHERE account_name = " +
             p.literal(name));
}

protocol::SqlError no_such_account(std::string_view name) {
  return internal_error("no such account, account name: " + std::string(name));
}

protocol::SqlError account_exists(const std::string& name, const Planning& p) {
  if (p.cell("to_account", 0, 2) != kUnfinished)
    return internal_error("the tenant " + name + " exists: name another one, or run DROP ACCOUNT " +
                          sql::quote_name(name) + " first");
  return internal_error(
      "account " + name +
      " was left half made by an interrupted SNAPSHOT RESTORE, unless one is still at work on it "
      "(SHOW GATEWAY OPERATIONS): DROP ACCOUNT " +
      sql::quote_name(name) + ", then run it again");
}

Step create_account_step(const NewAccount& account, const Planning& p) {
  std::string start = "CREATE ACCOUNT " + sql::quote_name(account.name) + " ADMIN_NAME " +
                      p.literal(account.admin) + " IDENTIFIED BY ";
  std::string mark = std::string(" COMMENT '") + kUnfinished + "'";
  Step s = step(start + p.literal(account.password) + mark);
  s.shown = start + "'***'" + mark;
  s.undo = "DROP ACCOUNT " + sql::quote_name(account.name);
  return s;
}

Step complete_account_step(const NewAccount& account) {
  return step("ALTER ACCOUNT " + sql::quote_name(account.name) + " COMMENT ''");
}

Planned plan_clone_out(const CloneOut& request, Planning& p) {
  if (auto error = unreadable(request, p)) return *error;
  want_account(p, request.to_account);
  if (p.waiting()) return p.questions();
  want_source(request, p);
  want_target(p);
  if (p.waiting()) return p.questions();
  Plan plan = ok_plan();
  for (const std::string& database : databases(request, p)) {
    if (auto error = obstacle(request, database, p)) return *error;
    plan.steps.push_back(clone_step(request, database, p));
  }
  return plan;
}

}  // namespace mogate::rewrite
