// A CDC task's rounds: what has changed is found and sent, and what goes wrong is noted.
#include "tests/simulator/cdc_running.h"
#include "tests/simulator/copies.h"
#include "tests/simulator/tokens.h"

#include <cstdio>

namespace mogate::simulator {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kSecond = 1'000'000'000;

// An error that is tried again, as it stands in the table of watermarks.
std::string retried(std::int64_t now, const std::string& what) {
  auto seconds = std::to_string(now / kSecond);
  return "R:1:" + seconds + ":" + seconds + ":internal error: internal error: " + what;
}

bool is_excluded(const CdcDefinition& task, const TableName& table) {
  return !task.exclude.empty() && matches(task.exclude, table.first + "." + table.second);
}

std::vector<std::string> base_tables(Backend& backend, const std::string& database) {
  std::vector<std::string> out;
  auto rows = backend.query(
      "SELECT table_name FROM information_schema.tables WHERE table_type='BASE TABLE' AND table_schema=" +
      quote_string(database) + " ORDER BY 1");
  for (const auto& row : rows.rows) out.push_back(*row[0]);
  return out;
}

}  // namespace

// One look at all tables; on the way in and out the lock is held.
void Cdc::round(Task& task, Lock& lock) {
  lock.unlock();
  try {
    if (!task.backend) {
      task.backend = task.definition.account->server->connect();
      task.backend->query("SET lock_wait_timeout=5, innodb_lock_wait_timeout=5");
    }
    auto changes = world_.changes.load();
    if (changes == task.seen_changes) {
      advance(task);
    } else if (sync_all(task)) {
      task.seen_changes = changes;
    }
  } catch (const Failure& failed) {
    std::fprintf(stderr, "cdc %s: %s\n", task.definition.name.c_str(), failed.error.message.c_str());
    task.backend.reset();
  } catch (const Disconnected&) {
    task.backend.reset();
  }
  lock.lock();
}

void Cdc::advance(Task& task) {
  auto now = world_.next_timestamp();
  std::lock_guard lock(mutex_);
  for (auto& [name, progress] : task.progress) {
    if (progress.error.empty()) progress.watermark = now;
  }
}

bool Cdc::sync_all(Task& task) {
  discover(task);
  bool complete = true;
  for (auto& [name, table] : task.tables) {
    try {
      sync(task, *table);
    } catch (const SinkError& error) {
      complete = false;
      note_sink_error(task, name, error);
      if (error.connection) return false;
    }
  }
  task.outage.reset();
  return complete;
}

void Cdc::discover(Task& task) {
  auto add = [&](const TableName& source, const TableName& sink) {
    if (task.tables.contains(source) || is_excluded(task.definition, source)) return;
    task.tables[source] = std::make_unique<CdcTable>(world_, task.definition, source, sink);
  };
  for (const auto& p : task.definition.patterns) {
    if (p.source_table != "*") {
      add({p.source_database, p.source_table}, {p.sink_database, p.sink_table});
      continue;
    }
    bool all = p.source_database == "*";
    for (const auto& database : user_databases(*task.backend)) {
      if (!all && database != p.source_database) continue;
      for (const auto& table : base_tables(*task.backend, database))
        add({database, table}, {all ? database : p.sink_database, table});
    }
  }
}

void Cdc::sync(Task& task, CdcTable& table) {
  {
    std::lock_guard lock(mutex_);
    auto found = task.progress.find(table.source());
    if (found != task.progress.end() && is_permanent(found->second)) return;
  }
  bool there = table.sync(*task.backend, task.sink);
  auto now = world_.next_timestamp();
  std::lock_guard lock(mutex_);
  if (!there && table.id() == 0) return;  // not made yet
  auto [entry, first] = task.progress.try_emplace(table.source());
  auto& progress = entry->second;
  if (!first && there) progress = {now, {}};
  if (!there && progress.error.empty())
    progress.error = retried(now, "can not find table by id " + std::to_string(table.id()) +
                                      ": accountId: " + std::to_string(task.definition.account->id));
}

void Cdc::note_sink_error(Task& task, const TableName& table, const SinkError& error) {
  auto now = world_.next_timestamp();
  if (error.connection && !task.outage) task.outage = Clock::now();
  bool permanent = !error.connection ||
                   Clock::now() - *task.outage >= std::chrono::milliseconds(world_.options.cdc_outage);
  const std::string converted = "convert go error to mo error ";
  std::lock_guard lock(mutex_);
  auto& shown = task.progress[table].error;
  if (!permanent) {
    shown = retried(now, world_.options.v4() ? "sinker circuit breaker open" : converted + error.text);
    return;
  }
  shown = kPermanent + std::to_string(now / kSecond) +
          ":internal error: " + (error.connection ? error.text : "internal error: " + converted + error.text);
  if (!world_.options.v4()) return;
  task.error = "internal error: CDC task " + task.definition.name + " has permanent table error on " +
               table.first + "." + table.second + "; check mo_catalog.mo_cdc_watermark.err_msg for details";
  if (task.status == DaemonStatus::running) task.state = "failed";
}

}  // namespace mogate::simulator
