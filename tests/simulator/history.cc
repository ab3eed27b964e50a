#include "tests/simulator/history.h"

#include "tests/simulator/catalog.h"
#include "tests/simulator/copies.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

namespace mogate::simulator {
namespace {

constexpr std::size_t kMaxMoments = 400;  // of an account
constexpr std::uint64_t kMaxRows = 1'000'000;
constexpr std::uint64_t kManyRows = 10'000;
// After a copy of many rows three times its time has to pass before the next one.
constexpr int kPause = 3;

// What of an account its PITRs cover.
struct Coverage {
  bool all = false;
  std::vector<Scope> parts = {};

  bool covers(const std::string& database) const {
    return all ||
           std::any_of(parts.begin(), parts.end(), [&](const Scope& s) { return s.database == database; });
  }
  bool covers(const std::string& database, const std::string& table) const {
    return all || std::any_of(parts.begin(), parts.end(), [&](const Scope& s) {
             return s.database == database && (s.table.empty() || s.table == table);
           });
  }
  bool empty() const { return !all && parts.empty(); }
};

Coverage coverage_of(World& world, const Account& account) {
  std::lock_guard lock(world.mutex);
  Coverage out;
  for (const auto& pitr : world.pitrs) {
    if (pitr.level == "cluster" || (pitr.level == "account" && pitr.account_id == account.id)) out.all = true;
    bool part = pitr.account_id == account.id && !is_system_database(pitr.database) && !pitr.database.empty();
    if (part) out.parts.push_back({pitr.database, pitr.table});
  }
  return out;
}

// Statements that change other accounts than the session's.
bool reaches_others(const Statement& statement) {
  return statement.begins({"restore"}) || statement.mentions("account");
}

std::vector<std::string> checksums(Backend& backend, const std::string& database,
                                   const std::vector<Row>& tables) {
  std::string list;
  for (const auto& row : tables)
    list += (list.empty() ? "" : ",") + quote_name(database) + "." + quote_name(*row[0]);
  std::vector<std::string> out;
  if (list.empty()) return out;
  for (const auto& row : backend.query("CHECKSUM TABLE " + list).rows) out.push_back(row[1].value_or(""));
  return out;
}

std::vector<Row> tables_of(Backend& backend, const std::string& database, const Coverage& coverage) {
  std::vector<Row> out;
  auto all = backend.query("SHOW FULL TABLES FROM " + quote_name(database) +
                           " WHERE Table_type IN ('BASE TABLE','VIEW')");
  // Tables before views.
  for (auto wanted : {"BASE TABLE", "VIEW"}) {
    for (const auto& row : all.rows) {
      if (*row[1] == wanted && coverage.covers(database, *row[0])) out.push_back(row);
    }
  }
  return out;
}

struct Difference {
  bool any = false;
  std::uint64_t rows = 0;  // copied for it
};

// The database as it is now. What `before` has not is copied into a schema of its own.
DatabaseCopy record_database(World& world, AccountServer& server, Backend& backend, const std::string& name,
                             const Coverage& coverage, const DatabaseCopy* before, Difference& difference) {
  DatabaseCopy out;
  out.name = name;
  auto rows = tables_of(backend, name, coverage);
  auto sums = checksums(backend, name, rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto table = describe_table(world, server, backend, name, rows[i]);
    if (!table.view) table.checksum = sums.at(i);
    const auto* old = before ? before->find(table.name) : nullptr;
    bool same = old && old->ddl == table.ddl && old->checksum == table.checksum;
    difference.any = difference.any || !same;
    if (same) table.hidden = old->hidden;
    if (!same && !table.view) {
      if (out.hidden.empty()) {
        out.hidden = "__ms_h" + std::to_string(world.next_hidden_id());
        backend.query("CREATE DATABASE " + quote_name(out.hidden));
      }
      table.hidden = out.hidden;
      difference.rows += copy_table(backend, name, out.hidden, table);
    }
    out.tables.push_back(std::move(table));
  }
  difference.any = difference.any || !before || before->tables.size() != out.tables.size();
  return out;
}

std::set<std::string> hidden_schemas(const AccountCopy& copy) {
  std::set<std::string> out;
  for (const auto& database : copy.databases) {
    if (!database.hidden.empty()) out.insert(database.hidden);
    for (const auto& table : database.tables) {
      if (!table.hidden.empty()) out.insert(table.hidden);
    }
  }
  return out;
}

void drop_schemas(AccountServer& server, const std::set<std::string>& schemas) {
  if (schemas.empty()) return;
  auto backend = server.connect();
  for (const auto& name : schemas) backend->query("DROP DATABASE IF EXISTS " + quote_name(name));
}

}  // namespace

void History::pitrs_changed(std::int64_t ts) {
  std::vector<LinePtr> gone;
  for (const auto& account : world_.all_accounts()) {
    bool covered = !coverage_of(world_, *account).empty();
    std::lock_guard lock(mutex_);
    auto found = lines_.find(account->id);
    if (covered && found == lines_.end()) lines_[account->id] = std::make_shared<Line>(account);
  }
  {
    std::lock_guard lock(mutex_);
    for (auto at = lines_.begin(); at != lines_.end();) {
      bool covered = !coverage_of(world_, *at->second->account).empty();
      if (!covered) gone.push_back(at->second);
      at = covered ? std::next(at) : lines_.erase(at);
    }
    active_ = !lines_.empty();
  }
  for (const auto& line : gone) drop(*line);
  for (const auto& line : lines()) {
    std::lock_guard lock(line->mutex);
    if (line->dropped == 0) record(*line, ts);
  }
}

void History::before(const Session& session) {
  if (!active_) return;
  auto line = line_of(session.account);
  if (!line) return;
  std::lock_guard lock(line->mutex);
  if (line->pending != 0 && Clock::now() - line->taken >= kPause * line->cost) settle(*line);
}

void History::after(const Session& session, const Statement& statement) {
  if (!active_) return;
  auto ts = world_.next_timestamp();
  if (reaches_others(statement)) {
    note_accounts(ts);
    for (const auto& line : lines()) changed(*line, ts);
  } else if (auto line = line_of(session.account)) {
    changed(*line, ts);
  }
}

std::optional<AccountCopy> History::at(std::uint32_t account_id, std::int64_t ts) {
  LinePtr line;
  {
    std::lock_guard lock(mutex_);
    auto found = lines_.find(account_id);
    if (found == lines_.end()) return std::nullopt;
    line = found->second;
  }
  return find(*line, ts);
}

std::vector<AccountCopy> History::all_at(std::int64_t ts) {
  std::vector<AccountCopy> out;
  for (const auto& line : lines()) {
    if (auto copy = find(*line, ts)) out.push_back(std::move(*copy));
  }
  return out;
}

std::optional<AccountCopy> History::find(Line& line, std::int64_t ts) {
  std::lock_guard lock(line.mutex);
  if (line.dropped != 0 && line.dropped <= ts) return std::nullopt;
  if (line.pending != 0) settle(line);
  auto later =
      std::find_if(line.moments.begin(), line.moments.end(), [&](const Moment& m) { return m.ts > ts; });
  if (later == line.moments.begin()) return std::nullopt;
  return std::prev(later)->copy;
}

History::LinePtr History::line_of(const AccountPtr& account) {
  std::lock_guard lock(mutex_);
  auto found = lines_.find(account->id);
  return found == lines_.end() ? nullptr : found->second;
}

std::vector<History::LinePtr> History::lines() {
  std::lock_guard lock(mutex_);
  std::vector<LinePtr> out;
  for (const auto& [id, line] : lines_) out.push_back(line);
  return out;
}

// Accounts that were made or dropped under a cluster's PITR.
void History::note_accounts(std::int64_t ts) {
  auto all = world_.all_accounts();
  for (const auto& line : lines()) {
    bool there = std::find(all.begin(), all.end(), line->account) != all.end();
    std::lock_guard lock(line->mutex);
    if (!there && line->dropped == 0) line->dropped = ts;
  }
  for (const auto& account : all) {
    bool covered = !coverage_of(world_, *account).empty();
    std::lock_guard lock(mutex_);
    if (covered && !lines_.contains(account->id)) lines_[account->id] = std::make_shared<Line>(account);
  }
}

void History::changed(Line& line, std::int64_t ts) {
  std::lock_guard lock(line.mutex);
  if (line.dropped != 0) return;
  bool too_early = Clock::now() - line.taken < kPause * line.cost;
  line.pending = ts;
  if (!too_early) settle(line);
}

void History::settle(Line& line) { record(line, line.pending); }

// A moment that could not be taken, as its tables were locked, stays pending.
void History::record(Line& line, std::int64_t ts) {
  auto begin = Clock::now();
  line.cost = {};
  try {
    Moment moment{ts, {}};
    auto rows = fill(line, moment);
    moment.rows = rows.value_or(0);
    bool first = line.moments.empty();
    if (moment.rows > kManyRows && !first) line.cost = Clock::now() - begin;
    line.rows += moment.rows;
    if (rows) line.moments.push_back(std::move(moment));
    line.pending = 0;
    while (line.moments.size() > kMaxMoments || (line.rows > kMaxRows && line.moments.size() > 1))
      forget_oldest(line);
  } catch (const Failure& failed) {
    std::fprintf(stderr, "history: %s\n", failed.error.message.c_str());
  } catch (const Disconnected&) {
    std::fprintf(stderr, "history: the account's MariaDB is gone\n");
  }
  line.taken = Clock::now();
}

// How many rows were copied for it; nothing if it does not differ from the moment before.
std::optional<std::uint64_t> History::fill(Line& line, Moment& moment) {
  auto& account = *line.account;
  const auto* last = line.moments.empty() ? nullptr : &line.moments.back().copy;
  auto& copy = moment.copy;
  copy.account_id = account.id;
  copy.account = account.name;
  copy.server = account.server;
  {
    std::lock_guard lock(world_.mutex);
    copy.admin_name = account.admin_name;
    copy.users = account.users;
  }
  Difference difference;
  difference.any = !last || !(last->users == copy.users) || last->admin_name != copy.admin_name;
  if (account.server->started()) {  // who was never used has nothing to copy
    auto backend = account.server->connect();
    backend->query("SET lock_wait_timeout=5, innodb_lock_wait_timeout=5");
    BulkMode bulk(*backend);
    auto coverage = coverage_of(world_, account);
    for (const auto& name : user_databases(*backend)) {
      if (coverage.covers(name))
        copy.databases.push_back(record_database(world_, *account.server, *backend, name, coverage,
                                                 last ? last->find(name) : nullptr, difference));
    }
  }
  bool differs = difference.any || last->databases.size() != copy.databases.size();
  return differs ? std::optional(difference.rows) : std::nullopt;
}

void History::forget_oldest(Line& line) {
  auto unused = hidden_schemas(line.moments.front().copy);
  line.rows -= line.moments.front().rows;
  line.moments.pop_front();
  for (const auto& moment : line.moments) {
    for (const auto& name : hidden_schemas(moment.copy)) unused.erase(name);
  }
  drop_schemas(*line.account->server, unused);
}

void History::drop(Line& line) {
  std::lock_guard lock(line.mutex);
  std::set<std::string> all;
  for (const auto& moment : line.moments) all.merge(hidden_schemas(moment.copy));
  line.moments.clear();
  try {
    drop_schemas(*line.account->server, all);
  } catch (const Failure& failed) {
    std::fprintf(stderr, "history: %s\n", failed.error.message.c_str());
  }
}

}  // namespace mogate::simulator
