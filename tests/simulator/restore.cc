// RESTORE in both grammars: braces since 4.0, FROM SNAPSHOT before.
#include "tests/simulator/restore.h"

#include "tests/simulator/catalog.h"
#include "tests/simulator/errors.h"
#include "tests/simulator/snapshot_copies.h"
#include "tests/simulator/snapshots.h"
#include "tests/simulator/statements.h"

#include <set>

namespace mogate::simulator {
namespace {

struct Restore {
  std::string level;
  std::string account;
  std::string database;
  std::string table;
  std::string snapshot;
  std::string to_account;
};

std::string snapshot_name(Parser& p) {
  if (p.peek().kind == TokenKind::string) return lower(p.expect_string());
  return p.expect_name();
}

std::string braces(Parser& p) {
  p.expect("{");
  p.expect("snapshot");
  p.expect("=");
  auto name = snapshot_name(p);
  p.expect("}");
  return name;
}

// [account.]database or [account.]database.table
void dotted(Parser& p, Restore& out) {
  std::vector<std::string> parts{p.expect_name()};
  std::size_t wanted = out.level == "table" ? 2 : 1;
  while (parts.size() <= wanted && p.accept(".")) parts.push_back(p.expect_name());
  if (parts.size() < wanted) p.fail();
  auto at = parts.size() - wanted;
  if (at == 1) out.account = parts[0];
  out.database = parts[at];
  if (wanted == 2) out.table = parts[at + 1];
}

Restore parse_new(Parser& p) {
  Restore out;
  const auto& level = p.peek();
  bool known = level.is("cluster") || level.is("account") || level.is("database") || level.is("table");
  if (!known) p.fail();
  out.level = p.expect_name();
  if (out.level == "account") out.account = p.expect_name();
  if (out.level == "database" || out.level == "table") dotted(p, out);
  bool from_pitr = out.level == "account" && p.accept("database");
  if (from_pitr) {
    p.expect_name();
    if (p.accept("table")) p.expect_name();
  }
  if (from_pitr || (p.peek().is("from") && out.level != "table")) {
    p.expect("from");
    p.expect("pitr");
  }
  out.snapshot = braces(p);
  if (out.level != "cluster" && p.accept({"to", "account"})) out.to_account = p.expect_name();
  p.expect_end();
  return out;
}

// RESTORE DATABASE exists there too, but only from a PITR.
Restore parse_old(Parser& p) {
  Restore out;
  if (p.peek().is("database")) {
    p.take();
    p.expect_name();
    if (p.accept("table")) p.expect_name();
    p.expect("from");
    p.expect("pitr");
  }
  bool known = p.peek().is("cluster") || p.peek().is("account");
  if (!known) p.fail();
  out.level = p.expect_name();
  if (out.level == "account") out.account = p.expect_name();
  if (out.level == "account" && p.accept("database")) {
    out.level = "database";
    out.database = p.expect_name();
    if (p.accept("table")) {
      out.level = "table";
      out.table = p.expect_name();
    }
  }
  p.expect("from");
  p.expect("snapshot");
  out.snapshot = p.expect_name();
  if (out.level == "account" && p.accept({"to", "account"})) out.to_account = p.expect_name();
  p.expect_end();
  return out;
}

void check_cluster(Session& session, const Snapshot& snapshot) {
  if (!session.is_sys()) throw internal_error("non-sys account can't restore cluster level snapshot");
  if (snapshot.level != "cluster")
    throw internal_error("snapshot " + snapshot.name + " is not cluster level snapshot");
}

void check_account(Session& session, const Restore& r, const Snapshot& s) {
  if (!session.is_sys() && r.account == "sys")
    throw internal_error("non-sys account can't restore sys account");
  if (!session.is_sys() && !r.to_account.empty() && r.to_account != session.account->name)
    throw internal_error("non-sys account can't restore snapshot to another account");
  if (s.level == "database" || s.level == "table")
    throw internal_error("can't restore account from db or table level snapshot");
}

void check_object(Session& session, const Restore& r, const Snapshot& s) {
  if (is_system_database(r.database)) throw internal_error("can't restore db: " + r.database);
  if (s.level == "cluster") throw internal_error("can't restore db from cluster level snapshot");
  if (s.level == "table" && r.level == "database")
    throw internal_error("can't restore db from table level snapshot");
  if (r.account != session.account->name)
    throw internal_error("can't restore " + r.level + " from other account's snapshot");
  if (s.level != "account" && s.database != r.database)
    throw internal_error("databaseName(" + r.database + ") does not match snapshot.databaseName(" +
                         s.database + ")");
  if (s.level == "table" && s.table != r.table)
    throw internal_error("tableName(" + r.table + ") does not match snapshot.tableName(" + s.table + ")");
}

void check(Session& session, const Restore& r, const Snapshot& s) {
  if (r.level == "cluster") return check_cluster(session, s);
  if (r.level == "account") {
    check_account(session, r, s);
  } else {
    check_object(session, r, s);
  }
  if (s.level != "cluster" && r.account != s.account)
    throw internal_error("accountName(" + r.account + ") does not match snapshot.accountName(" + s.account +
                         ")");
}

bool is_referenced(Backend& backend, const std::string& database, const std::string& table) {
  return !backend
              .query(
                  "SELECT 1 FROM information_schema.referential_constraints WHERE unique_constraint_schema=" +
                  quote_string(database) + " AND referenced_table_name=" + quote_string(table) +
                  " AND NOT (constraint_schema=" + quote_string(database) +
                  " AND table_name=" + quote_string(table) + ")")
              .rows.empty();
}

void restore_table(Session& session, const Restore& r, const Snapshot& s) {
  const auto& database = database_in(session, s, r.database);
  const auto* table = database.find(r.table);
  if (!table) throw internal_error("table " + r.table + " not exists at snapshot " + s.name);
  restore_table_from(session, copy_for(session, s), database, *table);
}

void restore_databases(World& world, const AccountPtr& account, Backend& backend, const AccountCopy& copy) {
  for (const auto& name : user_databases(backend)) backend.query("DROP DATABASE " + quote_name(name));
  for (const auto& database : copy.databases) {
    if (!is_system_database(database.name))
      put_database({world, *account->server, backend}, copy, database, database.name);
  }
}

// Users and passwords come with the account (FINDINGS, snapshots); sys keeps its own.
void restore_users(World& world, Account& account, const AccountCopy& copy) {
  if (account.id == 0) return;
  std::lock_guard lock(world.mutex);
  account.users = copy.users;
}

const AccountCopy& copy_of(const Snapshot& s, const std::string& account) {
  for (const auto& copy : s.accounts) {
    if (copy.account == account) return copy;
  }
  throw internal_error("account " + account + " does not exist at snapshot " + s.name);
}

void restore_account(Session& session, const Restore& r, const Snapshot& s) {
  const auto& copy = copy_of(s, r.account);
  // Of account sys TO ACCOUNT is ignored (FINDINGS, trap 4).
  bool elsewhere = !r.to_account.empty() && r.account != "sys";
  if (elsewhere && !session.world.find_account(r.to_account))
    throw internal_error("no such account, account name: " + r.to_account);
  restore_account_from(session,
                       find_or_make_account(session.world, copy, elsewhere ? r.to_account : r.account), copy);
}

void restore(Session& session, const Restore& r, const Snapshot& s) {
  if (r.level == "cluster") return restore_cluster_from(session, s.accounts);
  if (r.level == "account") return restore_account(session, r, s);
  if (r.level == "table") return restore_table(session, r, s);
  put_database({session.world, *session.account->server, *session.backend}, copy_for(session, s),
               database_in(session, s, r.database), r.database);
}

// Other sessions' CREATE and DROP TABLE wait meanwhile.
class Announcement {
 public:
  explicit Announcement(World& world) : world_(world) { world_.enter_restore(); }
  ~Announcement() { world_.leave_restore(); }
  Announcement(const Announcement&) = delete;
  Announcement& operator=(const Announcement&) = delete;

 private:
  World& world_;
};

void run(Session& session, const Statement& statement, Restore r, bool more) {
  if (session.in_transaction()) throw in_transaction();
  if (!may_use_snapshots(session)) throw no_privilege();
  auto snapshot = find_snapshot(session, r.snapshot);
  if (r.account.empty() && r.level != "cluster") r.account = session.account->name;
  check(session, r, *snapshot);
  run_as_restore(session, statement, [&] { restore(session, r, *snapshot); });
  session.used_in_manual_mode = !session.autocommit();
  send_ok(session, more);
}

}  // namespace

// Makes a dropped account anew, with another id.
AccountPtr find_or_make_account(World& world, const AccountCopy& copy, const std::string& name) {
  if (auto found = world.find_account(name)) return found;
  return world.add_account(name, copy.users, copy.admin_name);
}

void restore_account_from(Session& session, const AccountPtr& account, const AccountCopy& copy) {
  if (account == session.account) {
    restore_databases(session.world, account, *session.backend, copy);
  } else if (account->server->started() || !copy.databases.empty()) {
    auto backend = account->server->connect();
    BulkMode bulk(*backend);
    restore_databases(session.world, account, *backend, copy);
  }
  restore_users(session.world, *account, copy);
}

void restore_cluster_from(Session& session, const std::vector<AccountCopy>& copies) {
  std::set<std::string> later;
  for (const auto& account : session.world.all_accounts()) later.insert(account->name);
  for (const auto& copy : copies) {
    later.erase(copy.account);
    restore_account_from(session, find_or_make_account(session.world, copy, copy.account), copy);
  }
  for (const auto& name : later) session.world.remove_account(name);
}

void restore_table_from(Session& session, const AccountCopy& copy, const DatabaseCopy& database,
                        const TableCopy& table) {
  auto& backend = *session.backend;
  // OK, and nothing happens (FINDINGS, trap 5).
  if (is_referenced(backend, database.name, table.name)) return;
  backend.query("CREATE DATABASE IF NOT EXISTS " + quote_name(database.name));
  put_table({session.world, *session.account->server, backend}, copy, database, table, database.name,
            table.name);
}

// A restore drops and makes tables of any account.
std::vector<std::unique_ptr<StructureChange>> settle_for_restore(World& world) {
  std::vector<std::unique_ptr<StructureChange>> out;
  for (const auto& account : world.all_accounts()) {
    if (account->server->started()) out.push_back(std::make_unique<StructureChange>(world, *account->server));
  }
  return out;
}

void run_as_restore(Session& session, const Statement& statement, const std::function<void()>& restore) {
  try {
    Announcement announcement(session.world);
    auto everything = settle_for_restore(session.world);
    BulkMode bulk(*session.backend);
    restore();
  } catch (const Failure& failed) {
    throw translate_error(session, failed, {}, statement);
  }
}

std::optional<Action> plan_restore(Session& session, const Statement& statement) {
  Parser p(statement);
  if (!p.accept("restore")) return std::nullopt;
  auto r = session.v4() ? parse_new(p) : parse_old(p);
  return [&session, &statement, r](bool more) { run(session, statement, r, more); };
}

}  // namespace mogate::simulator
