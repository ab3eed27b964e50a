// CREATE and DROP SNAPSHOT. SHOW SNAPSHOTS is in show.cc.
#include "tests/simulator/catalog.h"
#include "tests/simulator/publications.h"
#include "tests/simulator/snapshot_copies.h"
#include "tests/simulator/statements.h"
#include "tests/simulator/times.h"

#include <algorithm>

namespace mogate::simulator {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kQuota = 50;  // of an ordinary account, per level

struct CreateSnapshot {
  std::string name;
  bool if_not_exists = false;
  std::string level;
  std::string account;
  std::string database;
  std::string table;
  std::string publisher;  // FROM publisher PUBLICATION publication: what CCPR sends
  std::string publication;
};

std::string checked_name(const Session& session, std::string name) {
  if (name.find(' ') != std::string::npos) throw internal_error("invalid input");
  if (name.size() <= kLongestName) return name;
  if (session.v4()) return name.substr(0, kLongestName);
  throw internal_error("Can't cast '" + name + "' to VARCHAR type. Src length " +
                       std::to_string(name.size()) + " is larger than Dest length 64");
}

CreateSnapshot parse_create(Parser& p, bool v4) {
  CreateSnapshot out;
  out.if_not_exists = p.accept({"if", "not", "exists"});
  out.name = p.expect_name();
  p.expect("for");
  const auto& level = p.peek();
  bool known = level.is("cluster") || level.is("account") || level.is("database") || level.is("table");
  if (!known) p.fail();
  out.level = p.expect_name();
  if (out.level == "account" && !p.at_end() && !p.peek().is("from")) out.account = p.expect_name();
  if (out.level == "database" || out.level == "table") out.database = p.expect_name();
  if (out.level == "table") out.table = p.expect_name();
  if (v4 && p.accept("from")) {
    out.publisher = p.expect_name();
    p.expect("publication");
    out.publication = p.expect_name();
  }
  p.expect_end();
  return out;
}

void check_admin(const Session& session) {
  if (session.in_transaction()) throw in_transaction();
  if (!session.is_admin()) throw no_privilege();
}

bool exists(Session& session, const std::string& database, const std::string& table) {
  auto where =
      table.empty() ? std::string("schemata WHERE schema_name=") : std::string("tables WHERE table_schema=");
  auto sql = "SELECT 1 FROM information_schema." + where + quote_string(database);
  if (!table.empty()) sql += " AND table_name=" + quote_string(table);
  return !session.query(sql).rows.empty();
}

// The account that is to be copied. Throws what MatrixOne says of objects that cannot be.
AccountPtr check_object(Session& session, CreateSnapshot& wanted) {
  if (wanted.level == "cluster" && !session.is_sys())
    throw internal_error("only sys tenant can create cluster level snapshot");
  if (wanted.account.empty()) wanted.account = session.account->name;
  if (wanted.account != session.account->name && !session.is_sys())
    throw internal_error("only sys tenant can create tenant level snapshot for other tenant");
  auto account = session.world.find_account(wanted.account);
  if (!account) throw internal_error("account " + wanted.account + " does not exist");
  bool system = is_system_database(wanted.database);
  if (system && wanted.level == "database")
    throw internal_error("can not create snapshot for system database " + wanted.database);
  if (system && wanted.level == "table")
    throw internal_error("can not create pitr for system table " + wanted.database + "." + wanted.table);
  if (wanted.level == "database" && !exists(session, wanted.database, {}))
    throw internal_error("database " + wanted.database + " does not exist");
  if (wanted.level == "table" && !exists(session, wanted.database, wanted.table))
    throw internal_error("table " + wanted.database + "." + wanted.table + " does not exist");
  return account;
}

// Of another account, too.
AccountPtr published(Session& session, CreateSnapshot& wanted) {
  if (!session.is_sys()) throw no_privilege();
  publication_of(session, wanted.publisher, wanted.publication);
  wanted.account = wanted.publisher;
  return session.world.find_account(wanted.publisher);
}

bool is_taken(Session& session, const std::string& name) {
  std::lock_guard lock(session.world.mutex);
  const auto& all = session.account->snapshots;
  return std::any_of(all.begin(), all.end(), [&](const auto& s) { return s->name == name; });
}

void check_quota(Session& session, const std::string& level) {
  std::lock_guard lock(session.world.mutex);
  const auto& all = session.account->snapshots;
  auto count = std::count_if(all.begin(), all.end(), [&](const auto& s) { return s->level == level; });
  if (!session.is_sys() && static_cast<std::size_t>(count) >= kQuota)
    throw internal_error("feature SNAPSHOT with scope " + level + " has reached the limit of 50");
}

using StructureLocks = std::vector<std::unique_lock<std::shared_timed_mutex>>;

// Accounts that were never used have nothing to copy, and their servers are left asleep.
void hold_cluster(Session& session, Snapshot& snapshot, StructureLocks& locks) {
  for (const auto& account : session.world.all_accounts()) {
    if (account->server->started()) {
      locks.push_back(no_structure_change(*account->server));
      snapshot.accounts.push_back(hold_account(session.world, account, {}));
    } else {
      std::lock_guard lock(session.world.mutex);
      snapshot.accounts.push_back(
          {account->id, account->name, account->admin_name, account->users, account->server, {}});
    }
  }
}

std::uint64_t object_id(Session& session, const CreateSnapshot& wanted, const AccountPtr& account) {
  if (wanted.level == "cluster") return ~std::uint64_t{0};
  if (wanted.level == "account") return account->id;
  auto& server = *account->server;
  auto backend = server.connect();
  if (wanted.level == "table")
    return table_ids(session.world, server, *backend, wanted.database, wanted.table).rel_id;
  std::lock_guard lock(session.world.mutex);
  return ids_for_key(session.world, server, key_for_name(wanted.database + "/")).rel_id;
}

// False: another session was faster with one of that name.
bool put_in(Session& session, const SnapshotPtr& snapshot) {
  std::lock_guard lock(session.world.mutex);
  auto& all = session.account->snapshots;
  bool taken =
      std::any_of(all.begin(), all.end(), [&](const auto& other) { return other->name == snapshot->name; });
  if (!taken) all.push_back(snapshot);
  return !taken;
}

void give_up(Session& session, const Snapshot& snapshot) {
  for (const auto& copy : snapshot.accounts)
    if (!copy.databases.empty()) drop_copy(copy, session.account->server.get());
}

void create(Session& session, CreateSnapshot wanted) {
  wanted.name = checked_name(session, wanted.name);
  auto account = wanted.publication.empty() ? check_object(session, wanted) : published(session, wanted);
  if (is_taken(session, wanted.name)) {
    if (wanted.if_not_exists) return;
    throw internal_error("snapshot " + wanted.name + " already exists");
  }
  check_quota(session, wanted.level);
  auto snapshot = std::make_shared<Snapshot>();
  bool cluster = wanted.level == "cluster";
  snapshot->id = new_uuid();
  snapshot->name = wanted.name;
  snapshot->level = wanted.level;
  snapshot->account = cluster ? "" : wanted.account;
  snapshot->database = wanted.database;
  snapshot->table = wanted.table;
  snapshot->ts = session.world.next_timestamp();
  StructureLocks locks;
  if (cluster) {
    hold_cluster(session, *snapshot, locks);
  } else {
    locks.push_back(no_structure_change(*account->server));
    snapshot->accounts.push_back(hold_account(session.world, account, {wanted.database, wanted.table}));
  }
  snapshot->object_id = object_id(session, wanted, account);
  if (put_in(session, snapshot)) return;
  give_up(session, *snapshot);
  if (!wanted.if_not_exists) throw failure(1062, "Duplicate entry '" + wanted.name + "' for key 'sname'");
}

SnapshotPtr take_out(Session& session, const std::string& name) {
  std::lock_guard lock(session.world.mutex);
  auto& all = session.account->snapshots;
  auto found = std::find_if(all.begin(), all.end(), [&](const auto& s) { return s->name == name; });
  if (found == all.end()) return nullptr;
  auto out = *found;
  all.erase(found);
  return out;
}

void drop(Session& session, const std::string& raw_name, bool if_exists) {
  auto name = checked_name(session, raw_name);
  auto snapshot = take_out(session, name);
  if (!snapshot && !if_exists) throw internal_error("snapshot " + name + " does not exist");
  if (snapshot) give_up(session, *snapshot);
}

Action plan_create(Session& session, Parser& p) {
  auto wanted = parse_create(p, session.v4());
  return [&session, wanted](bool more) {
    check_admin(session);
    create(session, wanted);
    session.used_in_manual_mode = !session.autocommit();
    send_ok(session, more);
  };
}

Action plan_drop(Session& session, Parser& p) {
  bool if_exists = p.accept({"if", "exists"});
  auto name = p.expect_name();
  p.expect_end();
  return [&session, name, if_exists](bool more) {
    check_admin(session);
    drop(session, name, if_exists);
    send_ok(session, more);
  };
}

}  // namespace

std::optional<Action> plan_snapshot_statement(Session& session, const Statement& statement) {
  Parser p(statement);
  if (p.accept({"create", "snapshot"})) return plan_create(session, p);
  if (p.accept({"drop", "snapshot"})) return plan_drop(session, p);
  return std::nullopt;
}

}  // namespace mogate::simulator
