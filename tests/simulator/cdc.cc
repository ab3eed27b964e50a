#include "tests/simulator/cdc.h"

#include "tests/simulator/catalog.h"
#include "tests/simulator/cdc_sink.h"
#include "tests/simulator/cdc_table.h"
#include "tests/simulator/copies.h"
#include "tests/simulator/tokens.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <regex>

namespace mogate::simulator {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr char kPermanent[] = "N:";
constexpr int kOutagePoll = 100;  // milliseconds between two attempts to connect

// An error that is tried again, as it stands in the table of watermarks.
std::string retried(std::int64_t now, const std::string& what) {
  auto seconds = std::to_string(now / kSecond);
  return "R:1:" + seconds + ":" + seconds + ":internal error: internal error: " + what;
}

bool is_permanent(const CdcProgress& progress) { return progress.error.starts_with(kPermanent); }

Failure cannot_change(const std::string& name, DaemonStatus status) {
  return internal_error("Task " + name + " status can not be change, now it is " + status_name(status));
}

bool is_excluded(const CdcDefinition& task, const TableName& table) {
  if (task.exclude.empty()) return false;
  try {
    return std::regex_search(table.first + "." + table.second, std::regex(task.exclude));
  } catch (const std::regex_error&) {
    return false;
  }
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

struct Cdc::Task {
  explicit Task(CdcDefinition d) : definition(std::move(d)), sink(definition.sink) {}

  const CdcDefinition definition;
  // Guarded by Cdc::mutex_.
  DaemonStatus status = DaemonStatus::created;
  std::string state = "running";
  std::string error = {};
  std::map<TableName, CdcProgress> progress = {};
  bool stopping = false;
  std::thread thread = {};
  // Of the thread alone.
  CdcSink sink;
  std::unique_ptr<Backend> backend = {};
  std::map<TableName, std::unique_ptr<CdcTable>> tables = {};
  std::uint64_t seen_changes = 0;
  std::optional<Clock::time_point> outage = {};
};

Cdc::~Cdc() {
  std::vector<TaskPtr> all;
  {
    std::lock_guard lock(mutex_);
    all = tasks_;
  }
  stop(all);
}

void Cdc::create(CdcDefinition definition) {
  std::lock_guard lock(mutex_);
  for (const auto& task : tasks_) {
    bool taken = task->definition.account == definition.account && task->definition.name == definition.name;
    if (taken)
      throw failure(protocol::errc::unknown_error,
                    "Error 1062 (HY000): Duplicate entry '(" + std::to_string(definition.account->id) + "," +
                        definition.name + ")' for key '(account_id,task_name)'");
  }
  definition.daemon_id = ++last_daemon_id_;
  auto task = std::make_shared<Task>(std::move(definition));
  tasks_.push_back(task);
  task->thread = std::thread([this, task] { run(task); });
}

std::vector<Cdc::TaskPtr> Cdc::find(const Account& account, const std::optional<std::string>& name) {
  std::vector<TaskPtr> out;
  for (const auto& task : tasks_) {
    bool wanted = !name || task->definition.name == *name;
    if (task->definition.account.get() == &account && wanted) out.push_back(task);
  }
  if (name && out.empty())
    throw internal_error("no cdc task found, accountId: " + std::to_string(account.id) +
                         ", taskName: " + *name);
  return out;
}

void Cdc::pause(const Account& account, const std::optional<std::string>& name) {
  std::lock_guard lock(mutex_);
  auto found = find(account, name);
  for (const auto& task : found) {
    if (task->status != DaemonStatus::running) throw cannot_change(task->definition.name, task->status);
  }
  for (const auto& task : found) {
    task->status = DaemonStatus::pause_requested;
    task->state = world_.options.v4() ? "pausing" : "paused";
  }
  wake_.notify_all();
}

void Cdc::resume(const Account& account, const std::string& name) {
  std::lock_guard lock(mutex_);
  auto task = find(account, name).front();
  bool running = task->status == DaemonStatus::running && world_.options.v4();
  if (task->status != DaemonStatus::paused && !running) throw cannot_change(name, task->status);
  task->status = DaemonStatus::resume_requested;
  if (task->error.empty()) task->state = "running";
  wake_.notify_all();
}

void Cdc::restart(const Account& account, const std::string& name) {
  std::lock_guard lock(mutex_);
  auto task = find(account, name).front();
  task->status = DaemonStatus::restart_requested;
  task->state = world_.options.v4() ? "restarting" : "running";
  wake_.notify_all();
}

void Cdc::drop(const Account& account, const std::optional<std::string>& name, bool if_exists) {
  std::vector<TaskPtr> gone;
  try {
    std::lock_guard lock(mutex_);
    gone = find(account, name);
    for (const auto& task : gone) std::erase(tasks_, task);
  } catch (const Failure&) {
    if (!if_exists) throw;
  }
  stop(gone);
}

void Cdc::stop(const std::vector<TaskPtr>& tasks) {
  {
    std::lock_guard lock(mutex_);
    for (const auto& task : tasks) task->stopping = true;
  }
  wake_.notify_all();
  for (const auto& task : tasks) task->sink.interrupt();
  for (const auto& task : tasks) task->thread.join();
}

std::vector<CdcView> Cdc::views() {
  std::lock_guard lock(mutex_);
  std::vector<CdcView> out;
  for (const auto& t : tasks_) out.push_back({t->definition, t->status, t->state, t->error, t->progress});
  return out;
}

void Cdc::run(const TaskPtr& task) {
  Lock lock(mutex_);
  while (!task->stopping) {
    bool idle = task->status == DaemonStatus::paused || is_stuck(*task);
    if (idle) {
      wake_.wait(
          lock, [&] { return task->stopping || !(task->status == DaemonStatus::paused || is_stuck(*task)); });
    } else if (task->status != DaemonStatus::running) {
      take_request(*task, lock);
    } else {
      round(*task, lock);
      wait(*task, lock, task->outage ? kOutagePoll : world_.options.cdc_poll);
    }
  }
  lock.unlock();
  try {
    auto backend = task->definition.account->server->connect();
    for (auto& [name, table] : task->tables) table->forget(*backend);
  } catch (const Failure&) {  // the account is gone, and the copies with it
  } catch (const Disconnected&) {
  }
}

// What nothing but DROP ends, or on 4.2 RESUME while nothing else was asked for.
bool Cdc::is_stuck(const Task& task) const {
  if (world_.options.v4()) return !task.error.empty() && task.status != DaemonStatus::resume_requested;
  bool failed = std::any_of(task.progress.begin(), task.progress.end(),
                            [](const auto& entry) { return is_permanent(entry.second); });
  return failed && task.status == DaemonStatus::pause_requested;
}

void Cdc::wait(Task& task, Lock& lock, int milliseconds) {
  auto status = task.status;
  wake_.wait_for(lock, std::chrono::milliseconds(milliseconds),
                 [&] { return task.stopping || task.status != status; });
}

// Requests take their time; another one may come meanwhile.
void Cdc::take_request(Task& task, Lock& lock) {
  auto status = task.status;
  wait(task, lock, world_.options.cdc_delay);
  if (task.status == status && !task.stopping) end_request(task);
}

void Cdc::end_request(Task& task) {
  if (task.status == DaemonStatus::pause_requested) {
    task.status = DaemonStatus::paused;
    task.state = "paused";
    return;
  }
  task.status = DaemonStatus::running;
  task.state = "running";
  task.error.clear();
  task.outage.reset();
  task.seen_changes = 0;
  for (auto& [name, progress] : task.progress) {
    if (world_.options.v4() || !is_permanent(progress)) progress.error.clear();
  }
}

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
