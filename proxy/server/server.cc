#include "proxy/server/server.h"

#include "proxy/cli/version.h"
#include "proxy/observe/gateway_metrics.h"
#include "proxy/orchestrate/killer.h"
#include "proxy/policy/policy_metrics.h"
#include "proxy/server/limit_metrics.h"
#include "proxy/server/listening_sockets.h"
#include "proxy/server/probe.h"
#include "proxy/server/service_manager.h"
#include "proxy/subscription/subscription_metrics.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdio>
#include <functional>
#include <unistd.h>

namespace mogate::proxy {
namespace {

namespace asio = boost::asio;

// Calls `handle` at each of these signals, until the loop is stopped.
void on_each(asio::signal_set& signals, const std::function<void()>& handle) {
  signals.async_wait([&signals, &handle](const boost::system::error_code& ec, int) {
    if (ec) return;
    handle();
    on_each(signals, handle);
  });
}

constexpr std::chrono::milliseconds kLookPeriod{100};
constexpr std::chrono::milliseconds kFilePeriod{1000};

// Calls `look` again and again, until the loop is stopped.
void on_each(asio::steady_timer& timer, std::chrono::milliseconds period, const std::function<void()>& look) {
  timer.expires_after(period);
  timer.async_wait([&timer, period, &look](const boost::system::error_code& ec) {
    if (ec) return;
    look();
    on_each(timer, period, look);
  });
}

volatile std::sig_atomic_t in_a_hurry = 0;

// The second signal: nobody is waited for any more.
extern "C" void hurry(int) { in_a_hurry = 1; }

// Connections that this process may take while a new one starts.
constexpr std::uint32_t kIdsUntilLeft = 1U << 16;

void go_on_alone(const std::string& why) {
  spdlog::error("no restart, this process goes on: {}", why);
  tell_service_manager("READY=1\nSTATUS=goes on after a restart that failed: " + why);
}

std::shared_ptr<const rewrite::SubscribedTables> kept_by(
    const std::vector<rewrite::Subscription>& subscriptions) {
  auto tables = std::make_shared<rewrite::SubscribedTables>();
  for (const auto& s : subscriptions)
    if (s.state != rewrite::SubscriptionState::deleted)
      tables->add(static_cast<std::uint32_t>(s.account_id), s.database, s.table, s.name);
  return tables;
}

// Of the users that bridge logins remember.
constexpr std::size_t kMostRemembered = 10000;
constexpr std::chrono::seconds kExpiryPeriod{1};

// What nobody asks for any more is wiped too, until the timer's context stops.
void expire_passwords(AuthCache& cache, asio::steady_timer& timer) {
  cache.expire(Clock::now());
  timer.expires_after(kExpiryPeriod);
  timer.async_wait([&](const boost::system::error_code& error) {
    if (!error) expire_passwords(cache, timer);
  });
}

}  // namespace

std::optional<std::string> Server::prepare() {
  apply(shared_.config.limits);
  std::string wrong;
  shared_.reload = [this] { return reload(); };
  for (auto part : {&Server::load_tls, &Server::load_policies, &Server::set_up_bridge,
                    &Server::set_up_subscriptions, &Server::set_up_http, &Server::resolve_addresses})
    if (auto error = (this->*part)()) wrong += (wrong.empty() ? "" : "\n") + *error;
  return wrong.empty() ? std::nullopt : std::optional(wrong);
}

std::optional<std::string> Server::set_up_bridge() {
  const auto& login = shared_.config.login;
  if (login.mode != LoginMode::bridge) return std::nullopt;
  init_secrets();
  shared_.auth_cache.emplace(login.cache_lifetime, kMostRemembered);
  auto key = login.rsa_key.empty() ? RsaKey::make() : RsaKey::load(login.rsa_key);
  if (auto* error = std::get_if<std::string>(&key)) return "login.rsa_key: " + *error;
  shared_.rsa_key.emplace(std::move(std::get<RsaKey>(key)));
  return std::nullopt;
}

std::optional<std::string> Server::set_up_subscriptions() {
  const auto& config = shared_.config;
  if (config.subscriptions.key_file.empty()) return std::nullopt;
  if (!config.service.configured())
    return "subscriptions.key_file: subscriptions need [service] user and password_file";
  auto made =
      Subscriptions::make(config, [this](const auto& seen) { shared_.subscribed.set(kept_by(seen)); });
  if (auto* error = std::get_if<std::string>(&made)) return "subscriptions.key_file: " + *error;
  subscriptions_ = std::get<0>(std::move(made));
  shared_.subscriptions = &subscriptions_->desk();
  subscription_figures_ = shared_.metrics.add(
      [this](MetricsPage& page) { collect_subscriptions(subscriptions_->report(), page); });
  return std::nullopt;
}

std::optional<std::string> Server::set_up_http() {
  if (!shared_.config.http.enabled) return std::nullopt;
  http_ = std::make_unique<HttpServer>(
      shared_.config.http,
      [this](const HttpRequest& request, ShardResources& resources, Readiness& readiness) {
        return routes_.answer(request, resources, readiness);
      });
  return http_->load();
}

std::optional<std::string> Server::resolve_addresses() {
  auto backend = resolve(shared_.config.backend.address);
  if (auto* error = std::get_if<std::string>(&backend)) return "backend.address: " + *error;
  shared_.backend_endpoint = std::get<Endpoint>(backend);
  for (const auto& address : shared_.config.gateway.listen) {
    auto found = resolve(address);
    if (auto* error = std::get_if<std::string>(&found)) return "gateway.listen: " + *error;
    endpoints_.push_back(std::get<Endpoint>(found));
  }
  return std::nullopt;
}

std::optional<std::string> Server::open_logs() {
  const auto& config = shared_.config;
  auto settings = [](const Config::LogFile& f) {
    return LineFile::Settings{f.file, f.max_bytes, f.keep, f.queue_bytes};
  };
  if (!config.audit.file.empty()) {
    if (auto error = shared_.audit.open(settings(config.audit))) return "audit.file: " + *error;
  }
  if (!config.slow_log.file.empty() && config.slow_log.threshold.count() != 0) {
    if (auto error = shared_.slow_log.open(settings(config.slow_log))) return "slow_log.file: " + *error;
  }
  return std::nullopt;
}

std::optional<std::string> Server::bind() {
  if (auto error = open_logs()) return error;
  auto count = shared_.config.gateway.threads;
  if (count == 0) count = std::max(1U, std::thread::hardware_concurrency());
  for (unsigned i = 0; i < count; ++i) {
    auto& metrics = shards_.emplace_back(shared_).resources().metrics;
    metrics.digests.limit(shared_.config.metrics.digests);
    shared_.shard_metrics.push_back(&metrics);
  }
  figures_ = shared_.metrics.add([this](MetricsPage& page) {
    collect_gateway(shared_, page);
    collect_policies(shared_.policies, page);
  });
  limit_figures_ = shared_.metrics.add([this](MetricsPage& page) { collect_limits(shared_, page); });
  for (auto& endpoint : endpoints_) {
    auto asked_for = to_string(endpoint);
    if (auto error = listen(endpoint)) return fmt::format("gateway.listen: {}: {}", asked_for, *error);
  }
  return http_ ? http_->bind() : std::nullopt;
}

std::optional<std::string> Server::listen(Endpoint& to) {
  if (is_unix(to)) {
    // The kernel does not spread these. All of them are accepted on one thread, so that the turn needs no
    // lock.
    return shards_.front().listen(to, [this](FileDescriptor socket) {
      shards_[next_shard_++ % shards_.size()].take(std::move(socket));
    });
  }
  for (auto& shard : shards_) {
    if (auto error = shard.listen(to)) return error;
  }
  // The process before had more threads: the kernel gives clients to all of its sockets.
  for (std::size_t i = 0; ListeningSockets::instance().has_left(to); ++i) {
    if (auto error = shards_[i % shards_.size()].listen(to)) return error;
  }
  return std::nullopt;
}

void Server::warn_of_what_is_off() const {
  auto in_force = shared_.policies.current();
  if (in_force) spdlog::info("policies: {} rules", in_force->rules->rules().size());
  if (shared_.config.service.configured()) return;
  spdlog::warn(
      "no [service] user: statements of vanished clients are not killed, deadlines end the connection");
  if (!shared_.config.allow_unbounded_restore)
    spdlog::warn("no [service] user: RESTORE is refused unless [restore] allow_unbounded is set");
}

bool Server::run(const CommandLine& command, std::optional<Takeover> takeover) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets that the peer may have closed
  if (takeover) {
    shared_.registry.begin_behind(takeover->first_id());
    if (!takeover->take_place()) return false;
  }
  ListeningSockets::instance().close_left();
  asio::io_context signals;
  asio::signal_set ending(signals, SIGTERM, SIGINT);
  ending.async_wait([&signals](const boost::system::error_code&, int) { signals.stop(); });
  asio::signal_set reloading(signals, SIGHUP);
  const std::function<void()> on_reload = [this] { reload(); };
  on_each(reloading, on_reload);
  Restart successor(
      signals, command, [this](pid_t pid) { leave(pid); }, go_on_alone);
  asio::signal_set restarting(signals, SIGUSR2);
  const std::function<void()> on_restart = [&] { restart(successor); };
  on_each(restarting, on_restart);
  asio::steady_timer looking(signals);
  const std::function<void()> look = [&] {
    if (is_left()) signals.stop();
  };
  on_each(looking, kLookPeriod, look);
  asio::steady_timer policies(signals);
  const std::function<void()> look_at_policies = [this] {
    if (shared_.policies.file_changed()) reload_policies();
  };
  if (shared_.policies.configured() && shared_.config.policies.watch)
    on_each(policies, kFilePeriod, look_at_policies);
  asio::steady_timer expiry(signals);
  if (shared_.auth_cache) expire_passwords(*shared_.auth_cache, expiry);
  start();
  signals.run();
  ending.clear();
  for (int signal : {SIGTERM, SIGINT}) std::signal(signal, hurry);
  drain();
  return true;
}

void Server::start() {
  warn_of_what_is_off();
  for (auto& shard : shards_) shard.start();
  if (http_) http_->start();
  if (subscriptions_) subscriptions_->start();
  auto& first = shards_.front().resources();
  shared_.probing = true;
  first.reactor.post([&] { learn_backend(shared_, first, probe_); });
  if (http_) fmt::print("http on {}\n", to_string(http_->endpoint()));
  for (const auto& endpoint : endpoints_) {
    fmt::print("listening on {}\n", to_string(endpoint));
  }
  std::fflush(stdout);
  spdlog::info("mogate {} serves with {} threads", kVersion, shards_.size());
  tell_service_manager(fmt::format("READY=1\nSTATUS=serves with {} threads", shards_.size()));
}

void Server::restart(Restart& successor) {
  if (left_at_) return spdlog::warn("no restart: another process has taken over already");
  if (::getpid() == 1) return spdlog::error("no restart: the container would end with this process");
  if (successor.under_way()) return;
  spdlog::info("a new process is started to take over");
  tell_service_manager(reloading_state() + "\nSTATUS=restarts");
  // This one may give some more until it leaves.
  successor.begin(shared_.registry.counter() + kIdsUntilLeft);
}

void Server::leave(pid_t successor) {
  left_at_ = Clock::now();
  tell_service_manager(fmt::format("MAINPID={}\nREADY=1", successor));
  // The first one hands clients of unix sockets to the others, which count them before they say that they are
  // done.
  shards_.front().leave_listeners([this] {
    for (auto& shard : shards_) shard.leave_listeners([this] { ++shards_left_; });
  });
  if (http_) http_->leave_listener();
  if (subscriptions_) subscriptions_->leave();
  for (auto* file : {shared_.audit.file(), shared_.slow_log.file()})
    if (file != nullptr) file->share();
  spdlog::info("process {} takes over; {} sessions go on in this one", successor, shared_.sessions.load());
}

// There is nothing left to do for the process of before a restart.
bool Server::is_left() const {
  return left_at_ && shards_left_ == shards_.size() &&
         (shared_.sessions == 0 || Clock::now() >= *left_at_ + shared_.config.timeouts.handover);
}

void Server::apply(const Config::Limits& limits) {
  shared_.limits.set(limits);
  shared_.throttle.set(limits);
}

// Of the configuration only this can change while the gateway runs; it has to be right as a whole all the
// same.
void Server::reload_limits() {
  auto loaded = load_config(shared_.config.file);
  if (auto* error = std::get_if<std::string>(&loaded))
    return spdlog::error("the configuration is not read anew, the limits stay: {}", *error);
  const auto& fresh = std::get<Config>(loaded);
  apply(fresh.limits);
  spdlog::set_level(spdlog::level::from_str(fresh.log.level));
  spdlog::info("[limits] and the level of [log] are read anew");
}

std::optional<std::string> Server::reload() {
  tell_service_manager(reloading_state());
  reload_limits();
  for (auto* file : {shared_.audit.file(), shared_.slow_log.file()})
    if (file != nullptr) file->reopen();
  auto of_tls = reload_tls();
  auto of_policies = reload_policies();
  tell_service_manager("READY=1");
  return of_tls ? of_tls : of_policies;
}

std::optional<std::string> Server::reload_tls() {
  auto error = load_tls();
  if (!error && http_) error = http_->load();
  if (error)
    spdlog::error("certificates are not loaded anew, the old ones stay: {}", *error);
  else
    spdlog::info("certificates are loaded anew");
  return error;
}

std::optional<std::string> Server::reload_policies() {
  if (!shared_.policies.configured()) return std::nullopt;
  auto error = shared_.policies.load();
  if (error)
    spdlog::error("policies are not loaded anew, the old ones stay: {}", *error);
  else
    spdlog::info("policies are loaded anew: {} rules", shared_.policies.current()->rules->rules().size());
  return error;
}

bool Server::wait_for_end_of_sessions(Clock::duration limit) {
  auto until = Clock::now() + limit;
  auto busy = [this] { return shared_.sessions != 0 || shared_.probing; };
  while (busy() && !in_a_hurry && Clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  return !busy();
}

void Server::drain() {
  shared_.draining = true;
  if (!left_at_) tell_service_manager("STOPPING=1\nSTATUS=waits for the sessions to end");
  spdlog::info("ending: {} sessions", shared_.sessions.load());
  for (auto& shard : shards_) shard.stop_accepting();
  shards_.front().resources().reactor.post([this] { probe_.raise(event::stop); });
  if (!wait_for_end_of_sessions(shared_.config.timeouts.drain)) {
    for (auto& shard : shards_) shard.stop_sessions();
    in_a_hurry = 0;
    // A client that was told why may linger for two seconds, and a plan that was begun is undone.
    wait_for_end_of_sessions(2 * kLastMoments);
  }
  for (auto& shard : shards_) shard.stop();
  for (auto& shard : shards_) shard.join();
  // No session asks any more.
  http_.reset();
  shared_.subscriptions = nullptr;
  subscription_figures_ = {};
  subscriptions_.reset();
  spdlog::info("ended");
}

}  // namespace mogate::proxy
