#include "tests/simulator/cdc.h"

#include "tests/simulator/cdc_running.h"
#include "tests/simulator/failure.h"

#include <algorithm>
#include <chrono>

namespace mogate::simulator {
namespace {

constexpr int kOutagePoll = 100;  // milliseconds between two attempts to connect

Failure cannot_change(const std::string& name, DaemonStatus status) {
  return internal_error("Task " + name + " status can not be change, now it is " + status_name(status));
}

}  // namespace

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
      if (!world_.down) round(*task, lock);
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

}  // namespace mogate::simulator
