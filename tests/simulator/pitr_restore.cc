// RESTORE … FROM PITR p 'time'.
#include "tests/simulator/catalog.h"
#include "tests/simulator/copies.h"
#include "tests/simulator/history.h"
#include "tests/simulator/pitrs.h"
#include "tests/simulator/restore.h"
#include "tests/simulator/statements.h"
#include "tests/simulator/times.h"

namespace mogate::simulator {
namespace {

struct PitrRestore {
  std::string level;         // cluster, account, database, table
  std::string account = {};  // empty: the session's
  std::string database = {};
  std::string table = {};
  std::string pitr = {};
  std::string time = {};
  std::string source = {};  // AS account: which one of a cluster's
};

void parse_database(Parser& p, PitrRestore& out) {
  out.level = "database";
  out.database = p.expect_name();
  if (!p.accept("table")) return;
  out.level = "table";
  out.table = p.expect_name();
}

PitrRestore parse(const Session& session, Parser& p) {
  PitrRestore out;
  out.level = p.accept("cluster") ? "cluster" : "account";
  if (out.level == "account" && p.accept("account")) {
    out.account = p.expect_name();
    if (session.v4() && p.accept("database")) parse_database(p, out);
  } else if (out.level == "account" && p.accept("database")) {
    parse_database(p, out);
  }
  p.expect("from");
  p.expect("pitr");
  out.pitr = p.expect_name();
  out.time = p.expect_string();
  if (out.level == "account" && !out.account.empty() && p.accept("as")) out.source = p.expect_name();
  p.expect_end();
  return out;
}

// Whether it is such a statement: those from snapshots begin alike.
bool is_from_pitr(const Statement& statement) {
  const auto& tokens = statement.tokens;
  for (std::size_t i = 1; i + 1 < tokens.size(); ++i) {
    if (tokens[i].is("from")) return tokens[i + 1].is("pitr");
  }
  return false;
}

std::string database_text(const PitrRestore& r) {
  return "database " + r.database + (r.table.empty() ? "" : " table " + r.table);
}

void check_own_account(const Session& session, const PitrRestore& r, const Pitr& pitr) {
  if (pitr.level != "account")
    throw internal_error("restore level " + pitr.level + " is not allowed for account restore");
  if (pitr.account_id != session.account->id)
    throw internal_error("pitr " + r.pitr + " is not allowed to restore account " + session.account->name);
}

void check_named_account(const Session& session, const PitrRestore& r, const Pitr& pitr) {
  if (!session.is_sys())
    throw internal_error("account " + session.account->name + " is not allowed to restore other account " +
                         r.account);
  auto subject = "account " + r.account + " by pitr " + r.pitr;
  bool part = pitr.level == "database" || pitr.level == "table";
  if (part) throw internal_error("can not restore " + subject);
  if (r.account == "sys")
    throw internal_error("can not restore sys account to new account sys by pitr " + r.pitr);
  if (pitr.level == "cluster" && r.source.empty())
    throw internal_error("can not restore " + subject + ", source account is empty");
}

void check_database(const Session& session, const PitrRestore& r, const Pitr& pitr) {
  if (is_system_database(r.database)) throw internal_error("database " + r.database + " can not be restore");
  if (!r.account.empty() && r.account != session.account->name)
    throw internal_error("account " + r.account + " is not allowed to restore " + database_text(r));
  if (pitr.level == "cluster")
    throw internal_error("cluster level pitr `cluster` is not allowed for " + r.level + " restore");
  bool other_account = pitr.account_id != session.account->id;
  if (other_account)
    throw internal_error("pitr " + r.pitr + " is not allowed to restore account " + session.account->name +
                         " " + database_text(r));
  if (pitr.level == "table" && r.level == "database")
    throw internal_error("restore level table is not allowed for database restore");
  bool other = (pitr.level != "account" && pitr.database != r.database) ||
               (pitr.level == "table" && pitr.table != r.table);
  if (!other) return;
  throw internal_error("pitr " + r.pitr + " is not allowed to restore " +
                       (pitr.level == "table" ? "table " + r.database + "." + r.table : database_text(r)));
}

void check_level(const Session& session, const PitrRestore& r, const Pitr& pitr) {
  if (r.level == "database" || r.level == "table") return check_database(session, r, pitr);
  if (r.level == "cluster" && pitr.level != "cluster")
    throw internal_error("restore level " + pitr.level + " is not allowed for cluster restore");
  if (r.level == "cluster") return;
  if (r.account.empty()) return check_own_account(session, r, pitr);
  check_named_account(session, r, pitr);
}

void check_time(std::int64_t ts, std::int64_t now, const Pitr& pitr) {
  auto input = "input timestamp " + seconds_text(ts);
  if (ts < pitr.created)
    throw internal_error(input + " is less than the pitr valid time " + seconds_text(pitr.created));
  auto oldest = valid_from(pitr, now);
  if (ts < oldest)
    throw internal_error(input + " is less than the pitr range minest timestamp " + seconds_text(oldest));
  if (ts > now) throw internal_error(input + " is bigger than now timestamp " + seconds_text(now));
}

AccountCopy copy_at(Session& session, std::uint32_t account_id, std::int64_t ts) {
  auto copy = session.world.history().at(account_id, ts);
  // A real one says nothing like it: this is the simulator's own limit (history.h).
  if (!copy) throw internal_error("the simulator has no copy of the account at " + seconds_text(ts));
  return std::move(*copy);
}

void restore_objects(Session& session, const PitrRestore& r, const AccountCopy& copy, std::int64_t ts) {
  auto at = " does not exists at timestamp: " + seconds_text(ts);
  auto name = "database '" + r.database + "'";
  const auto* database = copy.find(r.database);
  if (!database) throw internal_error(name + at);
  const auto* table = r.level == "table" ? database->find(r.table) : nullptr;
  if (r.level == "table" && !table) throw internal_error(name + " table '" + r.table + "'" + at);
  if (table) return restore_table_from(session, copy, *database, *table);
  put_database({session.world, *session.account->server, *session.backend}, copy, *database, r.database);
}

// An account that is gone is made anew, another one has to be there.
AccountPtr account_to_restore(World& world, const AccountCopy& copy, const std::string& name) {
  if (name != copy.account && !world.find_account(name))
    throw internal_error("no such account, account name: " + name);
  return find_or_make_account(world, copy, name);
}

// The PITR's account, into an account of the name that stands in the statement.
void restore_named_account(Session& session, const PitrRestore& r, const Pitr& pitr, std::int64_t ts) {
  if (pitr.level == "account") {
    auto copy = copy_at(session, pitr.account_id, ts);
    return restore_account_from(session, account_to_restore(session.world, copy, r.account), copy);
  }
  for (const auto& copy : session.world.history().all_at(ts)) {
    if (copy.account == r.source)
      return restore_account_from(session, account_to_restore(session.world, copy, r.account), copy);
  }
  throw internal_error("account " + r.source + " does not exist at timestamp: " + seconds_text(ts));
}

void restore(Session& session, const PitrRestore& r, const Pitr& pitr, std::int64_t ts) {
  if (r.level == "cluster") return restore_cluster_from(session, session.world.history().all_at(ts));
  if (r.level == "account" && !r.account.empty()) return restore_named_account(session, r, pitr, ts);
  auto copy = copy_at(session, session.account->id, ts);
  if (r.level == "account") return restore_account_from(session, session.account, copy);
  restore_objects(session, r, copy, ts);
}

void run(Session& session, const Statement& statement, const PitrRestore& r, bool more) {
  if (session.in_transaction()) throw in_transaction();
  if (!may_use_snapshots(session)) throw no_privilege();
  auto ts = parse_time(r.time, "2006-01-02 15:04:05");
  auto pitr = find_pitr(session, r.pitr);
  if (!pitr) throw internal_error("pitr " + r.pitr + " does not exist");
  check_level(session, r, *pitr);
  check_time(ts, session.world.next_timestamp(), *pitr);
  run_as_restore(session, statement, [&] { restore(session, r, *pitr, ts); });
  session.used_in_manual_mode = !session.autocommit();
  send_ok(session, more);
}

}  // namespace

std::optional<Action> plan_pitr_restore(Session& session, const Statement& statement) {
  Parser p(statement);
  if (!p.accept("restore") || !is_from_pitr(statement)) return std::nullopt;
  // Before 4.0 an account's database is only restored from a snapshot.
  bool from_snapshot_only = !session.v4() && p.peek().is("account") && statement.tokens[3].is("database");
  if (from_snapshot_only || p.peek().is("table")) return std::nullopt;
  auto r = parse(session, p);
  return [&session, &statement, r](bool more) { run(session, statement, r, more); };
}

}  // namespace mogate::simulator
