#include "tests/simulator/snapshots.h"

#include "tests/simulator/catalog.h"
#include "tests/simulator/snapshot_copies.h"
#include "tests/simulator/times.h"

#include <algorithm>

namespace mogate::simulator {
namespace {

SnapshotPtr newest_until(Session& session, std::int64_t ts) {
  std::lock_guard lock(session.world.mutex);
  SnapshotPtr best;
  for (const auto& s : session.account->snapshots) {
    if (s->ts <= ts && (!best || s->ts > best->ts)) best = s;
  }
  return best;
}

constexpr char kLayout[] = "2006-01-02 15:04:05.999999999";

SnapshotPtr at_time(Session& session, std::int64_t ts, const std::string& shown) {
  if (auto found = newest_until(session, ts)) return found;
  if (session.v4()) return nullptr;
  throw failure(20203,
                "invalid argument invalid timestamp value, no corresponding snapshot , bad value " + shown);
}

}  // namespace

SnapshotPtr find_snapshot(Session& session, const std::string& name) {
  std::lock_guard lock(session.world.mutex);
  for (const auto& s : session.account->snapshots) {
    if (s->name == name) return s;
  }
  throw internal_error("find 0 snapshot records by name(" + name + "), expect only 1");
}

bool is_point_in_time(const Statement& statement, std::size_t brace) {
  const auto& word = statement.tokens[brace + 1];
  return statement.tokens[brace].is("{") &&
         (word.is("snapshot") || word.is("timestamp") || word.is("mo_ts") || word.is("as"));
}

SnapshotPtr snapshot_of_braces(Session& session, const Statement& statement, std::size_t brace) {
  const auto& tokens = statement.tokens;
  bool as_of = tokens[brace + 1].is("as");
  const auto& value = tokens[brace + 3];
  bool sign = as_of ? tokens[brace + 2].is("of") : tokens[brace + 2].is("=");
  if (!sign || !is_point_in_time(statement, brace)) throw syntax_error(statement, brace + 1);
  if (as_of) return newest_until(session, parse_time(tokens[brace + 4].string(), kLayout));
  // A string literal is taken as it is, an identifier is folded.
  if (tokens[brace + 1].is("snapshot"))
    return find_snapshot(session, value.kind == TokenKind::string ? value.string() : value.name());
  if (tokens[brace + 1].is("timestamp"))
    return at_time(session, parse_time(value.string(), kLayout), value.string());
  bool number = value.kind == TokenKind::number;
  return at_time(session, number ? std::stoll(std::string(value.text)) : parse_time(value.string(), kLayout),
                 std::string(value.text));
}

const AccountCopy& copy_for(Session& session, const Snapshot& snapshot) {
  if (snapshot.level != "cluster") return snapshot.accounts.at(0);
  for (const auto& copy : snapshot.accounts) {
    if (copy.account_id == session.account->id) return copy;
  }
  throw internal_error("find 0 snapshot records by name(" + snapshot.name + "), expect only 1");
}

const DatabaseCopy& database_in(Session& session, const Snapshot& snapshot, const std::string& database) {
  const auto* found = copy_for(session, snapshot).find(database);
  if (!found) throw unknown_database(database);
  return *found;
}

void check_scope(const Session& session, const Statement& statement, std::size_t brace,
                 const Snapshot& snapshot, const std::string& database, const std::string& table) {
  if (!session.v4() || !statement.tokens[brace + 1].is("snapshot")) return;
  bool other_database = database != snapshot.database;
  if (snapshot.level == "database" && other_database)
    throw internal_error("database-level snapshot(" + snapshot.name + ") does not belong to the database(" +
                         database + ")");
  if (snapshot.level == "table" && (other_database || table != snapshot.table))
    throw internal_error("table-level snapshot(" + snapshot.name + ") does not belong to the table(" +
                         database + "-" + table + ")");
}

Held find_held(Session& session, const Snapshot& snapshot, const std::string& database,
               const std::string& table) {
  const auto& copy = copy_for(session, snapshot);
  const auto* copied = copy.find(database);
  const auto* found = copied ? copied->find(table) : nullptr;
  bool partial = snapshot.level == "database" || snapshot.level == "table";
  // What was not copied is read as it is now.
  if (!found && (partial || is_system_database(database))) return {};
  if (!copied) throw unknown_database(database);
  if (!found)
    throw failure(session.v4() ? 1146 : 1064, "SQL parser error: table \"" + table + "\" does not exist");
  return {&copy, copied, found};
}

Place locate(Session& session, const Snapshot& snapshot, const std::string& database,
             const std::string& table) {
  auto held = find_held(session, snapshot, database, table);
  if (!held.table) return {};
  settle(*held.copy, *held.database, *held.table);
  import_database(*session.account->server, *held.copy, *held.database, table);
  return {held.database->hidden};
}

}  // namespace mogate::simulator
