#include "tests/simulator/ccpr.h"

#include "tests/simulator/copies.h"
#include "tests/simulator/snapshot_copies.h"
#include "tests/simulator/tokens.h"

#include <algorithm>
#include <chrono>
#include <ctime>

namespace mogate::simulator {
namespace {

constexpr std::size_t kKeptSnapshots = 2;
constexpr auto kFlushLimit = std::chrono::minutes(30);

// An error that the task shows, and that only RESUME takes away.
struct CcprError {
  std::string text;
};

// The upstream has gone, or does not answer.
struct CcprOutage {};

std::string path(const std::string& database, const std::string& table) {
  return quote_name(database) + "." + quote_name(table);
}

bool is_outage(const Failure& failed) { return failed.error.code == protocol::errc::server_gone; }

template <class F>
auto asked(const std::string& what, F&& ask) {
  try {
    return ask();
  } catch (const Failure& failed) {
    if (is_outage(failed)) throw CcprOutage{};
    throw CcprError{"internal error: " + what + driver_text(failed)};
  }
}

std::string scope_of(const CcprDefinition& d) {
  if (d.level == "account") return "ACCOUNT " + quote_name(d.publisher);
  if (d.level == "database") return "DATABASE " + quote_name(d.database);
  return "TABLE " + quote_name(d.database) + " " + quote_name(d.table);
}

std::string or_dash(const std::string& name) { return name.empty() ? "-" : name; }

const CcprTable* find_table(const std::vector<CcprTable>& tables, const CcprTable& like) {
  auto found = std::find_if(tables.begin(), tables.end(), [&](const CcprTable& t) {
    return t.database == like.database && t.name == like.name;
  });
  return found == tables.end() ? nullptr : &*found;
}

// Only sys reads a diff of what is its own.
bool is_unchanged(Backend& upstream, const CcprDefinition& d, const CcprTable& table,
                  const std::string& snapshot, const std::string& before) {
  if (d.publisher != "sys" || before.empty()) return false;
  auto side = [&](const std::string& name) {
    return path(table.database, table.name) + "{snapshot='" + name + "'}";
  };
  return upstream.query("DATA BRANCH DIFF " + side(snapshot) + " AGAINST " + side(before) + " OUTPUT COUNT")
             .value() == "0";
}

void reload(Backend& upstream, Backend& local, const CcprTable& table, const std::string& snapshot) {
  auto name = path(table.database, table.name);
  auto columns = column_list(local, table.database, table.name);
  local.query("DELETE FROM " + name);
  RowStream rows(upstream, "SELECT " + columns + " FROM " + name + "{snapshot='" + snapshot + "'}");
  insert_rows(rows, local, name, columns);
}

void drop_table(World& world, const AccountPtr& account, Backend& local, const CcprTable& table) {
  local.query("DROP TABLE IF EXISTS " + path(table.database, table.name));
  std::lock_guard lock(world.mutex);
  world.shared.erase({account->id, table.database, table.name});
}

}  // namespace

std::string driver_text(const Failure& failed) {
  const auto& e = failed.error;
  if (is_outage(failed)) return e.message;
  return "Error " + std::to_string(e.code) + " (" + e.sqlstate + "): " + e.message;
}

std::vector<CcprTable> upstream_tables(Backend& upstream, const CcprDefinition& d,
                                       const std::string& snapshot) {
  auto rows = upstream.query("__++__internal_get_ddl " + snapshot + " " + d.publisher + " " + d.publication +
                             " " + d.level + " " + or_dash(d.database) + " " + or_dash(d.table));
  std::vector<CcprTable> out;
  for (const auto& row : rows.rows) out.push_back({*row[0], *row[1], *row[3], *row[2]});
  return out;
}

void make_shared(World& world, const AccountPtr& account, const CcprTable& table) {
  auto local = account->server->connect();
  BulkMode bulk(*local);
  auto ddl = table.ddl.substr(0, table.ddl.rfind(" COLLATE="));
  local->query("CREATE DATABASE IF NOT EXISTS " + quote_name(table.database));
  local->query("DROP TABLE IF EXISTS " + path(table.database, table.name));
  local->query(ddl);
  std::lock_guard lock(world.mutex);
  world.shared.insert({account->id, table.database, table.name});
}

Ccpr::~Ccpr() {
  {
    std::lock_guard lock(mutex_);
    for (const auto& task : tasks_) task->stopping = true;
  }
  wake_.notify_all();
  for (const auto& task : tasks_) task->thread.join();
}

void Ccpr::create(const CcprDefinition& definition, std::vector<CcprTable> tables) {
  auto task = std::make_shared<Task>();
  task->definition = definition;
  task->tables = std::move(tables);
  for (auto& table : task->tables) table.id.clear();  // they have no rows yet
  std::lock_guard lock(mutex_);
  tasks_.push_back(task);
  task->thread = std::thread([this, task] { run(task); });
}

Ccpr::TaskPtr Ccpr::find(const Account& account, const std::string& id) {
  for (const auto& task : tasks_) {
    bool own = account.id == 0 || task->definition.account->id == account.id;
    if (task->definition.id == id && own && task->state != CcprState::dropped) return task;
  }
  return nullptr;
}

bool Ccpr::pause(const Account& account, const std::string& id) {
  std::lock_guard lock(mutex_);
  auto task = find(account, id);
  if (task) task->state = CcprState::pause;
  return task != nullptr;
}

bool Ccpr::resume(const Account& account, const std::string& id) {
  std::lock_guard lock(mutex_);
  auto task = find(account, id);
  if (!task) return false;
  task->state = CcprState::running;
  task->iteration = CcprIteration::complete;
  task->error.clear();
  task->stuck = false;
  wake_.notify_all();
  return true;
}

// Its newest snapshots stay upstream (FINDINGS, ccpr).
bool Ccpr::drop(const Account& account, const std::string& id) {
  std::lock_guard lock(mutex_);
  auto task = find(account, id);
  if (!task) return false;
  task->state = CcprState::dropped;
  task->dropped = World::now_text();
  task->stopping = true;
  wake_.notify_all();
  return true;
}

std::vector<CcprView> Ccpr::views() {
  std::lock_guard lock(mutex_);
  std::vector<CcprView> out;
  for (auto at = tasks_.rbegin(); at != tasks_.rend(); ++at) out.push_back(**at);
  return out;
}

bool Ccpr::wait(Task& task, int milliseconds) {
  Lock lock(mutex_);
  wake_.wait_for(lock, std::chrono::milliseconds(milliseconds), [&] { return task.stopping; });
  return !task.stopping;
}

void Ccpr::run(const TaskPtr& task) {
  do {
    bool due = false;
    {
      std::lock_guard lock(mutex_);
      due = task->state == CcprState::running && !task->stuck && !world_.down;
    }
    if (due) cycle(*task);
  } while (wait(*task, world_.options.ccpr_cycle));
}

void Ccpr::cycle(Task& task) {
  {
    std::lock_guard lock(mutex_);
    task.iteration = CcprIteration::running;
  }
  try {
    iterate(task);
    std::lock_guard lock(mutex_);
    task.iteration = CcprIteration::complete;
  } catch (const CcprError& error) {
    std::lock_guard lock(mutex_);
    task.state = task.state == CcprState::dropped ? task.state : CcprState::error;
    task.iteration = CcprIteration::error;
    task.error = "N:" + std::to_string(std::time(nullptr)) + ":" + error.text;
  } catch (const Failure& failed) {
    std::fprintf(stderr, "ccpr: %s\n", failed.error.message.c_str());
    std::lock_guard lock(mutex_);
    task.stuck = true;
  } catch (...) {  // an outage: it goes on to say that it runs (FINDINGS, trap 9)
    std::lock_guard lock(mutex_);
    task.stuck = true;
  }
}

void Ccpr::iterate(Task& task) {
  const auto& d = task.definition;
  auto upstream =
      asked("failed to connect to upstream cluster: ", [&] { return std::make_unique<Backend>(d.upstream); });
  auto name = "ccpr_" + d.id + "_" + std::to_string(task.lsn);
  auto ts = take_snapshot(task, *upstream, name);
  wait_for_flush(task, *upstream, name);
  apply(task, *upstream, name);
  task.snapshots.push_back(name);
  while (task.snapshots.size() > kKeptSnapshots) {
    upstream->query("DROP SNAPSHOT IF EXISTS " + quote_name(task.snapshots.front()));
    task.snapshots.pop_front();
  }
  std::lock_guard lock(mutex_);
  task.watermark = ts;
  ++task.lsn;
}

std::int64_t Ccpr::take_snapshot(Task& task, Backend& upstream, const std::string& name) {
  const auto& d = task.definition;
  const std::string what = "failed to request upstream snapshot: internal error: failed to create snapshot: ";
  return asked(what, [&] {
    upstream.query("CREATE SNAPSHOT IF NOT EXISTS " + quote_name(name) + " FOR " + scope_of(d) + " FROM " +
                   d.publisher + " PUBLICATION " + d.publication);
    return std::stoll(
        upstream.query("__++__internal_get_snapshot_ts " + name + " " + d.publisher + " " + d.publication)
            .value());
  });
}

void Ccpr::wait_for_flush(Task& task, Backend& upstream, const std::string& name) {
  const auto& d = task.definition;
  auto limit = std::chrono::steady_clock::now() + kFlushLimit;
  auto flushed = [&] {
    return asked("failed to check sync flushed: ", [&] {
      auto sql = "__++__internal_check_snapshot_flushed " + name + " " + d.publisher + " " + d.publication;
      return upstream.query(sql).value() == "1";
    });
  };
  while (!flushed()) {
    bool over = std::chrono::steady_clock::now() >= limit;
    if (over || !wait(task, world_.options.ccpr_flush_poll)) throw CcprOutage{};
  }
}

// All tables' rows change in one transaction.
void Ccpr::apply(Task& task, Backend& upstream, const std::string& snapshot) {
  const auto& d = task.definition;
  auto before = task.snapshots.empty() ? std::string() : task.snapshots.back();
  auto tables =
      asked("failed to process DDL changes: ", [&] { return upstream_tables(upstream, d, snapshot); });
  auto& server = *d.account->server;
  auto local = server.connect();
  BulkMode bulk(*local);
  std::vector<const CcprTable*> changed;
  bool structure = task.tables.size() != tables.size();
  for (const auto& table : tables) {
    const auto* known = find_table(task.tables, table);
    bool same = known && known->ddl == table.ddl;
    structure = structure || !same;
    if (!same || known->id != table.id || !is_unchanged(upstream, d, table, snapshot, before))
      changed.push_back(&table);
  }
  std::optional<StructureChange> guard;
  if (structure) guard.emplace(world_, server);
  for (const auto& table : task.tables) {
    if (!find_table(tables, table)) drop_table(world_, d.account, *local, table);
  }
  for (const auto* table : changed) {
    const auto* known = find_table(task.tables, *table);
    if (!known || known->ddl != table->ddl) make_shared(world_, d.account, *table);
  }
  local->query("BEGIN");
  for (const auto* table : changed) reload(upstream, *local, *table, snapshot);
  local->query("COMMIT");
  task.tables = std::move(tables);
  ++world_.changes;
}

}  // namespace mogate::simulator
