// What a cycle finds out about its tables, and does before their rows: tasks, names, what is gone.
#include "proxy/subscription/cycle.h"
#include "rewrite/sql/quoting.h"
#include "rewrite/subscription/row_batches.h"
#include "rewrite/subscription/state_sql.h"
#include "rewrite/subscription/upstream_sql.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace mogate::proxy {
namespace {

using rewrite::TableChange;
namespace state = rewrite::state_sql;
namespace upstream = rewrite::upstream_sql;

// Of one statement that makes tasks.
constexpr std::size_t kMostTasks = 500;

}  // namespace

Cycle::MaybeError Cycle::read_plan() {
  const auto& s = context_.subscription;
  if (auto error = read_tasks()) return error;
  auto tables = control_.up.run(upstream::tables_at(s, there_[s.snapshot]));
  if (tables.error) return tables.error;
  auto active = tasks_;
  std::erase_if(active, [](const auto& task) { return task.state == rewrite::IterationState::cancel; });
  plan_ = rewrite::plan_cycle(active, upstream::read_tables(tables.rows));
  bool all_known = std::all_of(plan_.work.begin(), plan_.work.end(),
                               [](const auto& work) { return work.change == TableChange::none; });
  if (!all_known) context_.definitions.clear();
  auto here = control_.down.run(
      "select relname from mo_catalog.mo_tables where account_id = current_account_id() and "
      "relkind in ('r', 'v') and reldatabase = " +
      rewrite::sql::quote_string(s.database));
  for (const auto& row : here.rows.rows) ground_.downstream_tables.insert(row[0].value_or(""));
  return here.error;
}

Cycle::MaybeError Cycle::settle_tables() {
  if (auto error = drop_gone()) return error;
  if (auto error = free_names()) return error;
  if (auto error = drop_left_over()) return error;
  return make_tasks();
}

Cycle::MaybeError Cycle::drop_gone() {
  for (const auto& task : plan_.gone) {
    if (auto done = control_.down.run(state::cancel_task(task)); done.error) return done.error;
    if (auto done = control_.down.run(state::forget_cancelled(task)); done.error) return done.error;
  }
  return std::nullopt;
}

// A database is kept in step, so that what is dropped there is dropped here; a table of its own stays as it
// was last. All names that the subscription ever had are looked at: whoever cancelled a task may have died
// then.
Cycle::MaybeError Cycle::drop_left_over() {
  const auto& s = context_.subscription;
  if (!s.table.empty()) return std::nullopt;
  for (const auto& task : tasks_) {
    bool wanted = std::any_of(plan_.work.begin(), plan_.work.end(), [&](const auto& work) {
      return work.table.name == task.table ||
             (work.change == TableChange::renamed && work.task.table == task.table);
    });
    if (wanted || ground_.downstream_tables.count(task.table) == 0) continue;
    auto dropped = control_.down.run("drop table if exists " + rewrite::table_path(s.database, task.table));
    if (dropped.error) return dropped.error;
    ground_.downstream_tables.erase(task.table);
    spdlog::info("subscription {}: table {}.{} is gone upstream and dropped", s.name, s.database, task.table);
  }
  return std::nullopt;
}

// A table whose new name is still another's here is copied there anew, and so is one that was replaced.
Cycle::MaybeError Cycle::free_names() {
  for (auto& work : plan_.work) {
    bool taken = work.change == TableChange::renamed && ground_.downstream_tables.count(work.table.name) != 0;
    bool moved = taken && ground_.downstream_tables.count(work.task.table) == 0;
    // Moved already, by whoever died then: its base has it by the other name, so it is copied anew.
    if (moved || (!taken && work.change != TableChange::replaced)) continue;
    if (auto done = control_.down.run(state::cancel_task(work.task)); done.error) return done.error;
    if (auto done = control_.down.run(state::forget_cancelled(work.task)); done.error) return done.error;
    work.change = TableChange::replaced;
  }
  return std::nullopt;
}

// A table of that name was here before the subscription's was: it is not overwritten.
bool Cycle::is_in_the_way(const rewrite::TableWork& work) {
  bool known = std::any_of(tasks_.begin(), tasks_.end(),
                           [&](const auto& task) { return task.table == work.table.name; });
  if (work.change != TableChange::created || known || ground_.downstream_tables.count(work.table.name) == 0)
    return false;
  error_ = gateway_error("table " + context_.subscription.database + "." + work.table.name +
                         " exists and is not the subscription's; drop it, and it is copied");
  return true;
}

Cycle::MaybeError Cycle::make_tasks() {
  const auto& s = context_.subscription;
  std::vector<rewrite::SyncTask> fresh;
  auto flush = [&]() -> MaybeError {
    if (fresh.empty()) return std::nullopt;
    auto made = control_.down.run(state::insert_tasks(fresh));
    fresh.clear();
    return made.error;
  };
  std::erase_if(plan_.work, [this](const auto& work) { return is_in_the_way(work); });
  for (const auto& work : plan_.work) {
    if (work.change != TableChange::replaced && work.change != TableChange::created) continue;
    auto& task = fresh.emplace_back();
    task.subscription = s.id;
    task.database_id = work.table.database_id;
    task.database = s.database;
    task.table_id = work.table.id;
    task.table = work.table.name;
    if (fresh.size() < kMostTasks) continue;
    if (auto error = flush()) return error;
  }
  if (auto error = flush()) return error;
  if (auto error = read_tasks()) return error;
  for (auto& work : plan_.work) {
    auto found = std::find_if(tasks_.begin(), tasks_.end(), [&](const auto& task) {
      return task.table_id == work.table.id && task.state != rewrite::IterationState::cancel;
    });
    if (found == tasks_.end()) return gateway_error("a task was taken away meanwhile");
    work.task = *found;
  }
  return std::nullopt;
}

}  // namespace mogate::proxy
