#include "proxy/subscription/cycle.h"

#include "rewrite/sql/quoting.h"
#include "rewrite/subscription/row_batches.h"
#include "rewrite/subscription/state_sql.h"
#include "rewrite/subscription/upstream_sql.h"

#include <spdlog/spdlog.h>

#include <list>
#include <thread>

namespace mogate::proxy {
namespace {

using protocol::SqlError;
using rewrite::TableChange;
namespace state = rewrite::state_sql;
namespace upstream = rewrite::upstream_sql;

// Of one statement that moves watermarks.
constexpr std::size_t kMostIds = 500;

}  // namespace

Cycle::Cycle(CycleContext context)
    : context_(std::move(context)), control_(context_.sockets), service_(context_.sockets, "downstream") {}

std::optional<SqlError> Cycle::run() {
  if (auto error = open()) return error;
  if (auto error = choose_snapshot()) return error;
  if (auto error = read_plan()) return error;
  if (auto error = settle_tables()) return error;
  work_through();
  if (auto error = move_unchanged()) return error;
  return finish();
}

Cycle::MaybeError Cycle::open() {
  if (auto error = control_.open(context_)) return error;
  if (auto error = service_.open(context_.service, context_.limits.silence)) return error;
  return control_.down
      .run("create database if not exists " + rewrite::sql::quote_name(context_.subscription.database))
      .error;
}

Cycle::MaybeError Cycle::read_snapshots() {
  auto answer = control_.up.run(upstream::snapshots(context_.subscription));
  if (!answer.error) there_ = upstream::read_snapshots(answer.rows);
  return answer.error;
}

Cycle::MaybeError Cycle::choose_snapshot() {
  if (auto error = read_snapshots()) return error;
  auto& s = context_.subscription;
  bool broken_off = s.cycle != s.ended && there_.count(s.snapshot) != 0;
  if (!broken_off)
    if (auto error = begin_new()) return error;
  ground_.snapshot = s.snapshot;
  ground_.snapshot_time = upstream::watermark(there_[s.snapshot]);
  for (const auto& one : there_) ground_.snapshots.insert(one.first);
  return std::nullopt;
}

Cycle::MaybeError Cycle::begin_new() {
  auto& s = context_.subscription;
  if (auto error = read_tasks()) return error;
  // The newest that a table stands at is the base of what comes; the others were left over.
  std::string base;
  std::uint64_t newest = 0;
  for (const auto& task : tasks_) {
    auto found = there_.find(task.snapshot);
    if (found == there_.end() || found->second <= newest) continue;
    base = found->first;
    newest = found->second;
  }
  if (auto error = drop_snapshots_but(base)) return error;
  MaybeError error;
  if (!service_.affects_one(state::begin_cycle(s, s.cycle + 1), error))
    return error ? error : gateway_error("the subscription was changed meanwhile");
  ++s.cycle;
  s.snapshot = rewrite::snapshot_name(s, s.cycle);
  auto made = control_.up.run_alone(upstream::create_snapshot(s));
  if (made.error) return made.error;
  if (auto failed = read_snapshots()) return failed;
  if (there_.count(s.snapshot) == 0) return gateway_error("the snapshot " + s.snapshot + " is not there");
  return std::nullopt;
}

Cycle::MaybeError Cycle::drop_snapshots_but(std::string_view kept) {
  for (auto one = there_.begin(); one != there_.end();) {
    if (one->first == kept) {
      ++one;
      continue;
    }
    auto dropped = control_.up.run_alone(upstream::drop_snapshot(one->first));
    if (dropped.error) return dropped.error;
    one = there_.erase(one);
  }
  return std::nullopt;
}

Cycle::MaybeError Cycle::read_tasks() {
  auto answer = control_.down.run(state::tasks(context_.subscription.id));
  if (!answer.error) tasks_ = state::read_tasks(answer.rows);
  return answer.error;
}

void Cycle::work_through() {
  std::erase_if(plan_.work, [&](const auto& work) {
    return work.task.snapshot == ground_.snapshot && work.change == TableChange::none &&
           ground_.downstream_tables.count(work.table.name) != 0;
  });
  auto lanes = std::min<std::size_t>(context_.limits.parallel_tables, plan_.work.size());
  std::list<Lane> others;
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < lanes; ++i)
    threads.emplace_back([this, &lane = others.emplace_back(context_.sockets)] { work(lane); });
  work(control_);
  for (auto& thread : threads) thread.join();
}

void Cycle::work(Lane& lane) {
  while (!lost_ && !context_.stop) {
    auto at = next_++;
    if (at >= plan_.work.size()) return;
    auto error = lane.open(context_);
    note(at, error ? IterationOutcome{IterationOutcome::Kind::lost, *error}
                   : TableIteration(lane, context_, ground_, plan_.work[at]).run());
  }
}

void Cycle::note(std::size_t at, IterationOutcome outcome) {
  using Kind = IterationOutcome::Kind;
  const auto& table = plan_.work[at].table.name;
  std::lock_guard lock(mutex_);
  if (outcome.kind == Kind::unchanged) unchanged_.push_back(at);
  rows_ += outcome.rows;
  context_.counts.rows.add(outcome.rows);
  if (outcome.kind != Kind::failed && outcome.kind != Kind::lost) return;
  if (outcome.kind == Kind::lost) lost_ = true;
  spdlog::warn("subscription {}: table {}.{}: {}", context_.subscription.name, context_.subscription.database,
               table, outcome.error.message);
  outcome.error.message = "table " + table + ": " + outcome.error.message;
  if (!error_) error_ = outcome.error;
}

// Many at once. Those that another gateway had last are claimed one by one.
Cycle::MaybeError Cycle::move_unchanged() {
  std::map<std::string, std::vector<const rewrite::SyncTask*>> by_base;
  for (auto at : unchanged_) {
    auto& task = plan_.work[at].task;
    if (task.holder == context_.holder && task.state == rewrite::IterationState::complete) {
      by_base[task.snapshot].push_back(&task);
      continue;
    }
    if (auto error = control_.open(context_)) return error;
    MaybeError error;
    if (!control_.down.affects_one(
            state::claim(task, context_.holder, control_.down.connection_id(), ground_.snapshot_time), error))
      return error ? error : gateway_error("another gateway has taken the task over");
    ++task.lsn;
    task.watermark = ground_.snapshot_time;
    task.snapshot = ground_.snapshot;
    if (auto moved = control_.down.run(state::complete(task, context_.holder)); moved.error)
      return moved.error;
  }
  for (auto& [base, tasks] : by_base) {
    if (auto error = control_.open(context_)) return error;
    for (std::size_t i = 0; i < tasks.size(); i += kMostIds) {
      std::vector<const rewrite::SyncTask*> some(
          tasks.begin() + static_cast<std::ptrdiff_t>(i),
          tasks.begin() + static_cast<std::ptrdiff_t>(std::min(tasks.size(), i + kMostIds)));
      auto moved = control_.down.run(
          state::move_watermarks(some, base, ground_.snapshot, ground_.snapshot_time, context_.holder));
      if (moved.error) return moved.error;
      if (moved.affected != some.size()) return gateway_error("another gateway has taken the tasks over");
    }
  }
  return std::nullopt;
}

Cycle::MaybeError Cycle::finish() {
  if (lost_ || context_.stop) return error_ ? error_ : stopped_error();
  auto ended = service_.run(error_ ? state::end_failed_cycle(context_.subscription, error_->message)
                                   : state::end_cycle(context_.subscription, ground_.snapshot_time));
  if (ended.error) return ended.error;
  if (auto error = control_.open(context_)) return error;
  auto dropped = drop_snapshots_but(ground_.snapshot);
  if (dropped) spdlog::warn("subscription {}: {}", context_.subscription.name, dropped->message);
  return error_;
}

std::optional<SqlError> clean_up(const CycleContext& context) {
  Link up(context.sockets, "upstream"), down(context.sockets, "downstream");
  if (auto error = down.open(context.downstream, context.limits.silence)) return error;
  if (auto error = down.run(state::remove_tasks(context.subscription.id)).error) return error;
  if (auto error = up.open(context.upstream, context.limits.silence)) return error;
  auto there = up.run(upstream::snapshots(context.subscription));
  if (there.error) return there.error;
  for (const auto& one : upstream::read_snapshots(there.rows))
    if (auto dropped = up.run_alone(upstream::drop_snapshot(one.first)); dropped.error) return dropped.error;
  return std::nullopt;
}

}  // namespace mogate::proxy
