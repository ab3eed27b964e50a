#include "proxy/server/server.h"

#include "proxy/cli/version.h"
#include "proxy/observe/gateway_metrics.h"
#include "proxy/orchestrate/killer.h"
#include "proxy/server/probe.h"
#include "proxy/subscription/subscription_metrics.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdio>
#include <functional>

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
  if (auto error = load_tls()) return error;
  if (auto error = set_up_bridge()) return error;
  if (auto error = set_up_subscriptions()) return error;
  if (auto error = set_up_http()) return error;
  return resolve_addresses();
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
  figures_ = shared_.metrics.add([this](MetricsPage& page) { collect_gateway(shared_, page); });
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
  return std::nullopt;
}

void Server::warn_of_what_is_off() const {
  if (shared_.config.service.configured()) return;
  spdlog::warn(
      "no [service] user: statements of vanished clients are not killed, deadlines end the connection");
  if (!shared_.config.allow_unbounded_restore)
    spdlog::warn("no [service] user: RESTORE is refused unless [restore] allow_unbounded is set");
}

void Server::run() {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets that the peer may have closed
  asio::io_context signals;
  asio::signal_set ending(signals, SIGTERM, SIGINT);
  ending.async_wait([&signals](const boost::system::error_code&, int) { signals.stop(); });
  asio::signal_set reloading(signals, SIGHUP);
  const std::function<void()> on_reload = [this] { reload(); };
  on_each(reloading, on_reload);
  asio::steady_timer expiry(signals);
  if (shared_.auth_cache) expire_passwords(*shared_.auth_cache, expiry);
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
  signals.run();
  drain();
}

void Server::reload() {
  for (auto* file : {shared_.audit.file(), shared_.slow_log.file()})
    if (file != nullptr) file->reopen();
  auto error = load_tls();
  if (!error && http_) error = http_->load();
  if (error)
    spdlog::error("certificates are not loaded anew, the old ones stay: {}", *error);
  else
    spdlog::info("certificates are loaded anew");
}

bool Server::wait_for_end_of_sessions(Clock::duration limit) {
  auto until = Clock::now() + limit;
  auto busy = [this] { return shared_.sessions != 0 || shared_.probing; };
  while (busy() && Clock::now() < until) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  return !busy();
}

void Server::drain() {
  shared_.draining = true;
  spdlog::info("ending: {} sessions", shared_.sessions.load());
  for (auto& shard : shards_) shard.stop_accepting();
  shards_.front().resources().reactor.post([this] { probe_.raise(event::stop); });
  if (!wait_for_end_of_sessions(shared_.config.timeouts.drain)) {
    for (auto& shard : shards_) shard.stop_sessions();
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
