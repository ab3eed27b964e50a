#include "proxy/subscription/physical_cycle.h"

#include "protocol/auth.h"
#include "proxy/subscription/logins.h"
#include "proxy/subscription/physical_checks.h"
#include "rewrite/mask_uris.h"
#include "rewrite/subscription/state_sql.h"
#include "rewrite/subscription/upstream_sql.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>
#include <thread>

namespace mogate::proxy {
namespace {

using protocol::SqlError;
using rewrite::ccpr::Step;
using rewrite::ccpr::TaskState;
using rewrite::ccpr::Watch;
namespace ccpr = rewrite::ccpr;
namespace state = rewrite::state_sql;
namespace upstream = rewrite::upstream_sql;
using MaybeError = std::optional<SqlError>;

constexpr std::chrono::milliseconds kLook{500}, kStopLook{100};
constexpr std::size_t kMostTasks = 500;  // of one statement
constexpr std::uint16_t kDuplicate = 1062;

// A session that is not sys reads nothing of what MatrixOne met on its way upstream.
std::string told(const rewrite::Subscription& s, const std::string& text) {
  bool of_the_way = text.find("connect") != std::string::npos || text.find("dial ") != std::string::npos;
  return s.account != "sys" && of_the_way ? login_trouble(s.account, {}) : text;
}

void sleep(const std::atomic<bool>& stop) {
  for (auto slept = kStopLook; slept <= kLook && !stop; slept += kStopLook)
    std::this_thread::sleep_for(kStopLook);
}

}  // namespace

PhysicalCycle::PhysicalCycle(CycleContext context)
    : context_(std::move(context)), lane_(context_.sockets), service_(context_.sockets, "downstream") {}

MaybeError PhysicalCycle::run() {
  for (auto step : {&PhysicalCycle::open, &PhysicalCycle::begin})
    if (auto error = (this->*step)()) return error;
  for (auto step : {&PhysicalCycle::publish, &PhysicalCycle::subscribe, &PhysicalCycle::follow})
    if (auto error = (this->*step)()) return fail(*error);
  return finish();
}

MaybeError PhysicalCycle::open() {
  if (auto error = service_.open(context_.service, context_.limits.silence)) return error;
  return lane_.open(context_);
}

MaybeError PhysicalCycle::begin() {
  auto& s = context_.subscription;
  MaybeError error;
  if (!service_.affects_one(state::begin_cycle(s, s.cycle + 1), error))
    return error ? error : gateway_error("the subscription was changed meanwhile");
  ++s.cycle;
  return lane_.down.run(ccpr::note_running(s, context_.holder)).error;
}

MaybeError PhysicalCycle::publish() {
  const auto& s = context_.subscription;
  auto there = lane_.up.run(ccpr::find_publication(s));
  if (there.error || !there.rows.rows.empty()) return there.error;
  auto made = lane_.up.run_alone(ccpr::create_publication(s));
  return made.error && made.error->code == kDuplicate ? std::nullopt : made.error;
}

MaybeError PhysicalCycle::read_task() {
  auto answer = service_.run(ccpr::tasks(context_.subscription));
  if (answer.error) return answer.error;
  auto tasks = ccpr::read_tasks(answer.rows);
  task_.reset();
  if (!tasks.empty() && tasks.front().state != TaskState::dropped) task_ = tasks.front();
  return std::nullopt;
}

// The password stands in the statement alone, and in no error of it.
MaybeError PhysicalCycle::make_task() {
  const auto& s = context_.subscription;
  auto uri = physical_uri(s, context_.upstream);
  if (auto* error = std::get_if<SqlError>(&uri)) return *error;
  // The first iteration may begin before anything is prepared for it.
  if (auto error = checkpoint()) return error;
  auto sql = ccpr::subscribe(s, std::get<std::string>(uri));
  auto made = lane_.down.run(sql);
  protocol::wipe(sql);
  protocol::wipe(std::get<std::string>(uri));
  if (made.error) made.error->message = told(s, rewrite::mask_uris(made.error->message));
  if (made.error) return made.error;
  if (auto error = read_task()) return error;
  if (task_) return std::nullopt;
  return gateway_error("MatrixOne tells of no task after CREATE … FROM");
}

MaybeError PhysicalCycle::subscribe() {
  auto& s = context_.subscription;
  if (auto error = read_task()) return error;
  if (!task_)
    if (auto error = make_task()) return error;
  if (s.snapshot == task_->id) return std::nullopt;
  s.snapshot = task_->id;
  return service_.run(ccpr::note_task(s, s.snapshot)).error;
}

MaybeError PhysicalCycle::read_snapshots() {
  auto answer = lane_.up.run(ccpr::snapshots(task_->id));
  if (!answer.error) snapshots_ = ccpr::read_snapshots(answer.rows);
  return answer.error;
}

MaybeError PhysicalCycle::follow() {
  const auto& s = context_.subscription;
  Watch watch(!s.error.empty() || s.ended + 1 != s.cycle);
  bool noted = false;
  while (!context_.stop) {
    if (auto error = read_task()) return error;
    if (!task_) return gateway_error("the task of MatrixOne's replication is gone");
    if (auto error = read_snapshots()) return error;
    if (!noted && task_->watermark == 0 && !snapshots_.empty()) {
      if (auto error = note_tables(snapshots_.rbegin()->second)) return error;
      noted = true;
    }
    auto step = watch.next(*task_, snapshots_, Watch::Clock::now());
    if (step == Step::done) return std::nullopt;
    if (step == Step::fail) return gateway_error(told(context_.subscription, watch.why()));
    if (auto error = take(step)) return error;
  }
  return stopped_error();
}

MaybeError PhysicalCycle::take(Step step) {
  switch (step) {
    case Step::prepare: return prepare();
    case Step::checkpoint: return checkpoint();
    case Step::resume: return resume();
    case Step::wait:
    case Step::done:
    case Step::fail: break;
  }
  sleep(context_.stop);
  return std::nullopt;
}

// MatrixOne would make the snapshot itself, find something in it that is not flushed, and look again a minute
// later. The first checkpoint takes as long as there is to flush, so that the second one, which counts, is
// short.
MaybeError PhysicalCycle::prepare() {
  if (auto error = checkpoint()) return error;
  auto made = lane_.up.run_alone(ccpr::create_snapshot(context_.subscription, *task_));
  if (made.error && made.error->code != kDuplicate) return made.error;
  return checkpoint();
}

MaybeError PhysicalCycle::checkpoint() {
  auto answer = lane_.up.run(ccpr::kCheckpoint);
  if (answer.error || ccpr::was_checkpoint(answer.rows)) return answer.error;
  return gateway_error("upstream: the checkpoint was not made");
}

bool PhysicalCycle::is_wanted() {
  auto all = service_.run(state::subscriptions());
  auto known = state::read_subscriptions(all.rows);
  return std::any_of(known.begin(), known.end(), [&](const auto& s) {
    return s.id == context_.subscription.id && s.state != rewrite::SubscriptionState::paused &&
           s.state != rewrite::SubscriptionState::deleted;
  });
}

// PAUSE may have come in between: what it paused is not left running.
MaybeError PhysicalCycle::resume() {
  spdlog::warn("subscription {}: MatrixOne's replication is {}, RESUME CCPR SUBSCRIPTION",
               context_.subscription.name, task_->state == TaskState::running ? "standing still" : "stopped");
  if (auto resumed = service_.run(ccpr::resume(task_->id)); resumed.error) return resumed.error;
  if (is_wanted()) return std::nullopt;
  auto paused = service_.run(ccpr::pause(task_->id));
  return paused.error ? paused.error : stopped_error();
}

MaybeError PhysicalCycle::note_tables(std::uint64_t moment) {
  const auto& s = context_.subscription;
  auto known = lane_.down.run(state::tasks(s.id));
  if (known.error) return known.error;
  auto there = lane_.up.run(upstream::tables_at(s, moment));
  if (there.error) return there.error;
  auto tables = upstream::read_tables(there.rows);
  tables_ = tables.size();
  auto changes = ccpr::compare_tables(s, state::read_tasks(known.rows), tables);
  for (const auto& task : changes.gone)
    for (const auto& sql : {state::cancel_task(task), state::forget_cancelled(task)})
      if (auto done = lane_.down.run(sql); done.error) return done.error;
  for (auto from = changes.added.begin(); from != changes.added.end();) {
    auto count = std::min<std::ptrdiff_t>(changes.added.end() - from, kMostTasks);
    if (auto made = lane_.down.run(state::insert_tasks({from, from + count})); made.error) return made.error;
    from += count;
  }
  return std::nullopt;
}

// An iteration needs its own snapshot and the one before; MatrixOne forgets others when it is disturbed.
MaybeError PhysicalCycle::drop_left_over() {
  if (auto error = read_snapshots()) return error;
  for (const auto& one : snapshots_) {
    if (one.first + 1 >= task_->lsn) continue;
    if (auto dropped = lane_.up.run_alone(ccpr::drop_snapshot(task_->id, one.first)); dropped.error)
      return dropped.error;
  }
  return std::nullopt;
}

MaybeError PhysicalCycle::finish() {
  auto& s = context_.subscription;
  if (auto error = note_tables(task_->watermark)) return fail(*error);
  if (auto noted = lane_.down.run(ccpr::note_applied(s, *task_, context_.holder)); noted.error)
    return fail(*noted.error);
  if (auto error = drop_left_over()) spdlog::warn("subscription {}: {}", s.name, error->message);
  return service_.run(state::end_cycle(s, upstream::watermark(task_->watermark))).error;
}

MaybeError PhysicalCycle::fail(SqlError error) {
  const auto& s = context_.subscription;
  if (context_.stop) return error;
  lane_.down.run(ccpr::note_failed(s, context_.holder, error.message));
  service_.run(state::end_failed_cycle(s, error.message));
  return error;
}

MaybeError clean_up_physical(const CycleContext& context) {
  const auto& s = context.subscription;
  Lane lane(context.sockets);
  Link service(context.sockets, "downstream");
  if (auto error = service.open(context.service, context.limits.silence)) return error;
  auto tasks = service.run(ccpr::tasks(s));
  if (tasks.error) return tasks.error;
  // MatrixOne forgets a dropped task within the hour.
  std::set<std::string> ids;
  if (!s.snapshot.empty()) ids.insert(s.snapshot);
  for (const auto& task : ccpr::read_tasks(tasks.rows)) {
    ids.insert(task.id);
    if (task.state == TaskState::dropped) continue;
    if (auto dropped = service.run(ccpr::drop(task.id)); dropped.error) return dropped.error;
  }
  if (auto error = lane.down.open(context.downstream, context.limits.silence)) return error;
  if (auto removed = lane.down.run(state::remove_tasks(s.id)); removed.error) return removed.error;
  if (auto error = lane.open_up(context)) return error;
  // First: without it an iteration that still runs makes no snapshot any more.
  if (auto dropped = lane.up.run_alone(ccpr::drop_publication(s)); dropped.error) return dropped.error;
  for (const auto& id : ids) {
    auto left = lane.up.run(ccpr::snapshots(id));
    if (left.error) return left.error;
    for (const auto& one : ccpr::read_snapshots(left.rows))
      if (auto dropped = lane.up.run_alone(ccpr::drop_snapshot(id, one.first)); dropped.error)
        return dropped.error;
  }
  return std::nullopt;
}

MaybeError pause_physical(Link& service, const rewrite::Subscription& s) {
  auto tasks = service.run(ccpr::tasks(s));
  if (tasks.error) return tasks.error;
  for (const auto& task : ccpr::read_tasks(tasks.rows)) {
    if (task.state == TaskState::dropped) continue;
    if (auto paused = service.run(ccpr::pause(task.id)); paused.error) return paused.error;
  }
  return std::nullopt;
}

}  // namespace mogate::proxy
