#include "proxy/subscription/engine.h"

#include "proxy/subscription/logins.h"
#include "proxy/subscription/predecessor.h"
#include "proxy/subscription/schema.h"
#include "rewrite/subscription/state_sql.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace mogate::proxy {
namespace {

using namespace std::chrono_literals;
using protocol::SqlError;
using rewrite::SubscriptionState;
namespace state = rewrite::state_sql;

constexpr auto kTick = 1s;
constexpr auto kPauseAfterFailure = 3s;
// Of a gateway whose key does not open all passwords: before it takes the lease, and until it lets it go.
constexpr auto kPatience = 10s;
constexpr auto kLent = 60s;

// From begin to begin. A physical cycle ends up to MatrixOne's own one later than it could: what comes next
// begins before MatrixOne does by itself.
std::uint32_t pause_of(const rewrite::Subscription& s) {
  bool physical = s.engine == rewrite::SyncEngine::physical;
  return s.interval_s - (physical ? std::min(s.interval_s, rewrite::kShortestPhysicalInterval) : 0);
}

}  // namespace

SubscriptionEngine::SubscriptionEngine(const Config& config, const SecretBox& secrets, Seen seen)
    : config_(config), secrets_(secrets), seen_(std::move(seen)), service_(sockets_, "downstream") {}

void SubscriptionEngine::start() {
  thread_ = std::thread([this] { run(); });
}

void SubscriptionEngine::stop() {
  {
    std::lock_guard lock(mutex_);
    if (!thread_.joinable()) return;
    stopping_ = true;
  }
  changed_.notify_all();
  sockets_.shut_down();
  thread_.join();
}

void SubscriptionEngine::leave() {
  leaving_ = true;
  wake();
}

void SubscriptionEngine::wake() {
  {
    std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void SubscriptionEngine::wait(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, limit, [this] { return woken_ || stopping_; });
  woken_ = false;
}

void SubscriptionEngine::run() {
  std::string last_trouble;
  while (!stopping_) {
    auto error = tick();
    // Only what is new: it may last for hours.
    if (error && error->message != last_trouble) spdlog::warn("subscriptions: {}", error->message);
    last_trouble = error ? error->message : "";
    // The tables may have been dropped.
    if (error) service_.close(), prepared_ = false;
    if (error && !lease_.held(Lease::Clock::now())) stop_runners();
    wait(error ? kPauseAfterFailure : kTick);
  }
  stop_runners();
  runners_.clear();
  give_up_lease();
}

// So that another gateway goes on at once. The sockets of before are shut down.
void SubscriptionEngine::give_up_lease() {
  OpenSockets sockets;
  Link last(sockets, "downstream");
  if (lease_.held(Lease::Clock::now()) && !last.open(service_login(config_, "sys"), kPauseAfterFailure))
    lease_.give_up(last);
}

SubscriptionEngine::MaybeError SubscriptionEngine::tick() {
  if (auto error = prepare()) return error;
  if (lease_.due(Lease::Clock::now()) || leaving_)
    if (auto error = hold_lease()) return error;
  auto read = service_.run(state::subscriptions());
  if (read.error) return read.error;
  subscriptions_ = state::read_subscriptions(read.rows);
  seen_(subscriptions_);
  note_report();
  collect();
  if (!lease_.held(Lease::Clock::now())) {
    stop_runners();
    return std::nullopt;
  }
  take_over();
  note_progress();
  return schedule();
}

SubscriptionEngine::MaybeError SubscriptionEngine::prepare() {
  if (!service_.is_open()) {
    if (auto error = service_.open(service_login(config_, "sys"), config_.subscriptions.statement_timeout))
      return error;
    if (auto set = service_.run("set lock_wait_timeout = 3"); set.error) return set.error;
  }
  if (prepared_) return std::nullopt;
  auto error = prepare_sys(service_);
  prepared_ = !error;
  return error;
}

// A gateway whose key does not open all passwords runs what it can, but only while no other gateway would: it
// waits longer, and lets go now and then.
SubscriptionEngine::MaybeError SubscriptionEngine::hold_lease() {
  auto now = Lease::Clock::now();
  bool held = lease_.held(now);
  bool enough = leaving_ || (held && now >= lent_until_);
  if (enough) {
    lease_.give_up(service_);
    return std::nullopt;
  }
  bool taken = false;
  auto patience = held || can_open_secrets() ? 0s : kPatience;
  if (auto error = lease_.keep(service_, taken, patience)) return error;
  if (!taken) return std::nullopt;
  lent_until_ = can_open_secrets() ? Lease::Clock::time_point::max() : now + kLent;
  spdlog::info("subscriptions: this gateway runs them");
  taken_over_.clear();
  return reseal();
}

// Whoever had the lease before may still write: it is stopped by the fence, and what it left open is ended.
// Until that is done in an account, nothing of its subscriptions runs.
void SubscriptionEngine::take_over() {
  for (const auto& s : subscriptions_) {
    if (config_.service_login(s.account) == nullptr || taken_over_.count(s.account) != 0) continue;
    if (auto error = end_predecessor(config_, s.account, service_, sockets_))
      spdlog::warn("subscriptions of account {}: {}", s.account, error->message);
    else
      taken_over_.insert(s.account);
  }
}

bool SubscriptionEngine::can_open_secrets() {
  auto all = service_.run(state::secrets());
  bool all_open = std::all_of(all.rows.rows.begin(), all.rows.rows.end(), [&](const auto& row) {
    auto id = static_cast<std::uint32_t>(std::stoul(row[0].value_or("0")));
    return secrets_.open(row[1].value_or(""), secret_subject(id)).has_value();
  });
  if (!all_open && !std::exchange(told_of_secrets_, true))
    spdlog::warn(
        "subscriptions: [subscriptions] key_file does not open all passwords; this gateway runs them only "
        "while no other one does");
  return all_open;
}

// What an older key sealed is sealed by the first one of the file.
SubscriptionEngine::MaybeError SubscriptionEngine::reseal() {
  auto all = service_.run(state::secrets());
  if (all.error) return all.error;
  for (const auto& row : all.rows.rows) {
    auto id = static_cast<std::uint32_t>(std::stoul(row[0].value_or("0")));
    if (secrets_.is_current(row[1].value_or(""))) continue;
    auto plain = secrets_.open(row[1].value_or(""), secret_subject(id));
    if (!plain) continue;
    auto put = service_.run(state::put_secret(id, secrets_.seal(*plain, secret_subject(id))));
    if (put.error) return put.error;
  }
  return std::nullopt;
}

void SubscriptionEngine::stop_runners() {
  for (auto& one : runners_) one.second->stop();
}

// What ended, and what it came to.
void SubscriptionEngine::collect() {
  for (auto& [id, runner] : runners_) {
    if (!runner->ended()) continue;
    runner->join();
    if (runner->error() && lease_.held(Lease::Clock::now()))
      service_.run(state::set_error(id, runner->error()->message));
    if (!runner->cleaned_up()) continue;
    service_.run(state::remove_secret(id));
    service_.run(state::remove_subscription(id));
  }
  std::erase_if(runners_, [&](const auto& one) {
    bool known = std::any_of(subscriptions_.begin(), subscriptions_.end(),
                             [&](const auto& s) { return s.id == one.first; });
    return !one.second->running() && !known;
  });
}

bool SubscriptionEngine::has_taken_over(const std::string& account) const {
  // An account without a login has no tasks that could run: begin() says what is missing.
  return taken_over_.count(account) != 0 || config_.service_login(account) == nullptr;
}

SubscriptionEngine::MaybeError SubscriptionEngine::schedule() {
  std::size_t running = 0;
  for (const auto& one : runners_) running += one.second->running() ? 1 : 0;
  for (const auto& s : subscriptions_) {
    auto& runner = runners_[s.id];
    if (!runner) runner = std::make_unique<Runner>();
    bool wanted = s.state != SubscriptionState::paused && has_taken_over(s.account);
    if (runner->running()) {
      bool other = s.state == SubscriptionState::deleted && !runner->cleaning_up();
      if (!wanted || other) runner->stop();
      continue;
    }
    bool deleted = s.state == SubscriptionState::deleted;
    auto next = runner->due(std::chrono::seconds(deleted ? 0 : pause_of(s)));
    bool due = (s.asked > s.answered && runner->may_begin(s.asked)) || (deleted && !runner->cleaning_up()) ||
               Runner::Clock::now() >= next;
    if (!wanted || !due || running >= config_.subscriptions.parallel) continue;
    begin(s);
    ++running;
  }
  return std::nullopt;
}

void SubscriptionEngine::begin(const rewrite::Subscription& s) {
  auto& runner = *runners_[s.id];
  std::string why;
  auto context = context_of(s, runner, why);
  if (context) return runner.begin(*std::move(context));
  runner.fail(s, {protocol::errc::mo_internal, "gateway: " + why, {}});
  service_.run(state::set_error(s.id, "gateway: " + why));
}

std::optional<CycleContext> SubscriptionEngine::context_of(const rewrite::Subscription& s, Runner& runner,
                                                           std::string& why) {
  if (config_.service_login(s.account) == nullptr) {
    why = "[service.accounts." + s.account + "] is not in the configuration";
    return std::nullopt;
  }
  auto sealed = service_.run(state::secret(s.id));
  std::optional<Secret> password;
  if (!sealed.error && !sealed.rows.rows.empty())
    password = secrets_.open(sealed.rows.rows[0][0].value_or(""), secret_subject(s.id));
  if (!password) {
    why = "the upstream's password cannot be read with [subscriptions] key_file";
    return std::nullopt;
  }
  auto upstream = upstream_login(config_, s.shown_uri, s.account, *std::move(password));
  if (auto* reason = std::get_if<std::string>(&upstream)) {
    why = "upstream: " + login_trouble(s.account, *reason);
    return std::nullopt;
  }
  SyncLimits limits;
  limits.parallel_tables = config_.subscriptions.parallel_tables;
  limits.silence = config_.subscriptions.statement_timeout;
  return CycleContext{s,
                      std::get<ServerLogin>(std::move(upstream)),
                      service_login(config_, s.account),
                      service_login(config_, "sys"),
                      lease_.holder(),
                      limits,
                      sockets_,
                      runner.progress(),
                      runner.definitions(),
                      *runner.counts(),
                      runner.stopped()};
}

// The numbers are read, not held: whoever asks waits for nothing.
void SubscriptionEngine::note_report() {
  SubscriptionReport now;
  now.leads = lease_.held(Lease::Clock::now());
  for (const auto& s : subscriptions_) {
    if (s.state == SubscriptionState::deleted) continue;
    auto& one = now.subscriptions.emplace_back();
    one.subscription = s;
    if (auto runner = runners_.find(s.id); runner != runners_.end()) one.counts = runner->second->counts();
  }
  std::lock_guard lock(mutex_);
  report_ = std::move(now);
}

SubscriptionReport SubscriptionEngine::report() {
  std::lock_guard lock(mutex_);
  return report_;
}

void SubscriptionEngine::note_progress() {
  for (auto& [id, runner] : runners_) {
    auto rows = runner->progress().take();
    auto s = std::find_if(subscriptions_.begin(), subscriptions_.end(),
                          [&, id = id](const auto& one) { return one.id == id; });
    if (rows.empty() || s == subscriptions_.end() || !runner->running()) continue;
    auto& own = notes_.try_emplace(s->account, sockets_, "downstream").first->second;
    bool open = own.is_open() ||
                !own.open(service_login(config_, s->account), config_.subscriptions.statement_timeout);
    for (const auto& one : rows)
      if (open) own.run(state::progress(one.second.task, one.second.done, one.second.total));
  }
}

}  // namespace mogate::proxy
