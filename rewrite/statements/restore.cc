#include "rewrite/statements/restore.h"

#include "rewrite/sql/quoting.h"
#include "rewrite/statements/clone_out.h"
#include "rewrite/statements/restored_table.h"
#include "rewrite/statements/snapshot_facts.h"

namespace mogate::rewrite {
namespace {

// What the statement comes to once the snapshot is known.
std::variant<Scope, protocol::SqlError> resolve(const Restore& statement, const Snapshot& snapshot,
                                                Planning& p) {
  sql::TableName t{statement.database, statement.table};
  if (!statement.level) t = {snapshot.database, snapshot.table};
  Scope r{statement.level.value_or(snapshot.level), statement.account, {}, {}};
  if (r.account.empty()) r.account = snapshot.account.empty() ? p.self().account : snapshot.account;
  if (r.level == Level::cluster && snapshot.level != Level::cluster)
    return internal_error("snapshot " + snapshot.name + " is not cluster level snapshot");
  // What the statement did not name may come out of the snapshot: only now it is known to be another
  // account's.
  if (!p.self().is_sys() && (r.level == Level::cluster || r.account != p.self().account)) return sys_needed();
  if (r.level == Level::table)
    if (auto error = p.qualify(t)) return *error;
  r.database = t.database;
  r.table = t.table;
  return r;
}

// MatrixOne 2.2 and 3.0 have only the old grammar, 4.0 and later only the new one.
std::string native_text(const Scope& r, const Restore& statement, const Dialect& dialect, const Planning& p) {
  bool braces = dialect.has_new_restore();
  std::string from = braces ? " {SNAPSHOT = " + p.literal(statement.snapshot) + "}"
                            : " FROM SNAPSHOT " + sql::quote_name(statement.snapshot);
  std::string account = " ACCOUNT " + sql::quote_name(r.account);
  switch (r.level) {
    case Level::cluster: return "RESTORE CLUSTER" + from;
    case Level::account: return "RESTORE" + account + from;
    case Level::database:
      return "RESTORE" + (braces ? "" : account) + " DATABASE " + sql::quote_name(r.database) + from;
    case Level::table: break;
  }
  if (braces) return "RESTORE TABLE " + Planning::dotted({r.database, r.table}) + from;
  return "RESTORE" + account + " DATABASE " + sql::quote_name(r.database) + " TABLE " +
         sql::quote_name(r.table) + from;
}

// What MatrixOne would refuse of a part of an account that is to come back where it was.
std::optional<protocol::SqlError> unfit_part(const Scope& r, const Snapshot& snapshot, const Planning& p) {
  // The new grammar's text would leave the account out and restore into the session's own.
  if (r.account != p.self().account)
    return internal_error(std::string("can't restore ") + (r.table.empty() ? "database" : "table") +
                          " from other account's snapshot: restore the whole account " + r.account +
                          ", or name TO ACCOUNT, or do it as an admin of " + r.account);
  if (snapshot.level == Level::cluster)
    return internal_error("can't restore db from cluster level snapshot: SNAPSHOT RESTORE " +
                          sql::quote_name(snapshot.name) + " ACCOUNT " + sql::quote_name(r.account) +
                          " restores all of the account, CLONE makes a copy of a part");
  if (is_system_database(r.database))
    return internal_error("can't restore db: " + r.database + ": it is a system database");
  return std::nullopt;
}

std::optional<protocol::SqlError> unfit(const Scope& r, const Snapshot& snapshot, bool stays,
                                        const Planning& p) {
  if (is_part(r) && stays)
    if (auto error = unfit_part(r, snapshot, p)) return error;
  return not_held(snapshot, r);
}

// Asks whether a part of what the snapshot is of was there then (key "held"); nothing if it is all of it.
void want_held(const Scope& r, const Snapshot& snapshot, Planning& p) {
  // The catalogue of a moment can be read since 3.0.
  if (!is_part(r) || r.level == snapshot.level || !p.dialect().has_clone()) return;
  std::string at = " {MO_TS = " + snapshot.ts + "} WHERE " + p.own_account() + " AND ";
  std::string sql =
      r.level == Level::table
          ? "SELECT relname FROM mo_catalog.mo_tables" + at + "reldatabase = " + p.literal(r.database) +
                " AND relname = " + p.literal(r.table)
          : "SELECT datname FROM mo_catalog.mo_database" + at + "datname = " + p.literal(r.database);
  p.want("held", std::move(sql), true);
}

std::optional<protocol::SqlError> was_not_there(const Scope& r, const Snapshot& snapshot, const Planning& p) {
  if (!p.answered("held") || p.any("held")) return std::nullopt;
  bool table = r.level == Level::table;
  std::string what = table ? "no such table " + r.database + "." + r.table : "Unknown database " + r.database;
  return protocol::SqlError{table ? protocol::errc::no_such_table : protocol::errc::bad_db,
                            what + " in snapshot " + snapshot.name,
                            {}};
}

Planned plan_in_place(const Scope& r, const Restore& statement, const Snapshot& snapshot, Planning& p) {
  want_held(r, snapshot, p);
  if (r.level == Level::table) want_table_id(p, {r.database, r.table});
  if (p.waiting()) return p.questions();
  if (auto error = was_not_there(r, snapshot, p)) return *error;
  Plan plan = ok_plan({restore_step(native_text(r, statement, p.dialect(), p))});
  if (r.level != Level::table) return plan;
  plan.steps.push_back(changed_table_step({r.database, r.table}, p));
  return plan;
}

// Only for an ordinary account: RESTORE ACCOUNT sys … TO ACCOUNT b restores into sys (FINDINGS trap 4).
Planned plan_account_to_account(const Scope& r, const Restore& statement, Planning& p) {
  want_account(p, statement.to_account);
  if (p.waiting()) return p.questions();
  if (!p.any("to_account")) return no_such_account(statement.to_account);
  std::string text =
      native_text(r, statement, p.dialect(), p) + " TO ACCOUNT " + sql::quote_name(statement.to_account);
  return ok_plan({restore_step(std::move(text))},
                 "users, roles and passwords of " + statement.to_account + " are now those of " + r.account);
}

// The native way for WITH USERS: RESTORE … TO ACCOUNT brings the source's users and takes the new admin away.
Planned plan_new_with_users(const Scope& r, const Restore& statement, Planning& p) {
  const NewAccount& account = *statement.new_account;
  if (r.account == "sys")
    return internal_error(
        "WITH USERS is not possible from account sys: MatrixOne would restore into sys itself; leave it out");
  if (r.level != Level::account)
    return internal_error("WITH USERS needs the whole account: name no database or table");
  Plan plan = ok_plan({create_account_step(account, p)},
                      "the users of " + r.account + ", with their passwords, have replaced the admin " +
                          account.admin + " of " + account.name);
  plan.steps.push_back(restore_step(native_text(r, statement, p.dialect(), p) + " TO ACCOUNT " +
                                    sql::quote_name(account.name)));
  plan.steps.push_back(complete_account_step(account));
  return plan;
}

Planned plan_new_account(const Scope& r, const Restore& statement, const Snapshot& snapshot, Planning& p) {
  want_account(p, statement.new_account->name);
  if (p.waiting()) return p.questions();
  if (p.any("to_account")) return account_exists(statement.new_account->name, p);
  if (statement.new_account->with_users) return plan_new_with_users(r, statement, p);
  if (r.level == Level::table)
    return internal_error("a single table cannot be restored to a new account: name its database");
  CloneOut out{snapshot, r.account, r.database, {}, statement.new_account->name};
  auto clones = plan_clone_out(out, p);
  if (auto* plan = std::get_if<Plan>(&clones)) {
    plan->steps.insert(plan->steps.begin(), create_account_step(*statement.new_account, p));
    plan->steps.push_back(complete_account_step(*statement.new_account));
    plan->answer.info = "users, grants and auto_increment positions are not copied";
  }
  return clones;
}

Planned plan_elsewhere(const Scope& r, const Restore& statement, const Snapshot& snapshot, Planning& p) {
  if (r.level == Level::cluster)
    return internal_error("a cluster cannot be restored to one account: name an account");
  if (statement.new_account) return plan_new_account(r, statement, snapshot, p);
  bool native = r.level == Level::account && r.account != "sys";
  if (native) return plan_account_to_account(r, statement, p);
  want_account(p, statement.to_account);
  if (p.waiting()) return p.questions();
  if (!p.any("to_account")) return no_such_account(statement.to_account);
  return plan_clone_out({snapshot, r.account, r.database, r.table, statement.to_account}, p);
}

}  // namespace

Planned plan_restore(const Restore& statement, Planning& p) {
  want_snapshot(p, "snapshot", statement.snapshot);
  if (statement.level == Level::table && statement.database.empty()) p.want_database();
  if (p.waiting()) return p.questions();
  auto snapshot = read_snapshot(p, "snapshot", statement.snapshot);
  if (!snapshot) return no_such_snapshot(statement.snapshot);
  auto resolved = resolve(statement, *snapshot, p);
  if (auto* error = std::get_if<protocol::SqlError>(&resolved)) return *error;
  const auto& r = std::get<Scope>(resolved);
  bool stays = !statement.new_account && (statement.to_account.empty() || statement.to_account == r.account);
  if (auto error = unfit(r, *snapshot, stays, p)) return *error;
  auto plan = !stays ? plan_elsewhere(r, statement, *snapshot, p) : plan_in_place(r, statement, *snapshot, p);
  return refused_without_deadline(std::move(plan), p.facts());
}

}  // namespace mogate::rewrite
