// The gateway as a whole: shards, the backend's probe, signals.
#pragma once

#include "proxy/http/http_server.h"
#include "proxy/http/routes.h"
#include "proxy/server/restart.h"
#include "proxy/server/shard.h"
#include "proxy/server/takeover.h"
#include "proxy/subscription/subscriptions.h"

#include <atomic>
#include <deque>
#include <memory>
#include <optional>

namespace mogate::proxy {

class Server {
 public:
  explicit Server(Config config) : shared_(std::move(config)) {}

  // Loads certificates and resolves names. Says all that is wrong, a line each, if something is.
  std::optional<std::string> prepare();
  // Behind prepare(): takes the addresses to listen on, where clients wait from now on.
  std::optional<std::string> bind();
  // Prints "http on HOST:PORT" and "listening on HOST:PORT" for each address, then serves until SIGTERM or
  // SIGINT and the drain after it; a second one ends the sessions at once. SIGHUP loads the certificates and
  // the token of the HTTP port and [limits] anew, and opens the files of logs anew. SIGUSR2 runs `command` in
  // a new process, which takes this one's place. With `takeover` it is such a one; false: the old process did
  // not leave.
  bool run(const CommandLine& command, std::optional<Takeover> takeover);

 private:
  std::optional<std::string> set_up_bridge();
  std::optional<std::string> set_up_http();
  std::optional<std::string> open_logs();
  std::optional<std::string> set_up_subscriptions();
  std::optional<std::string> resolve_addresses();
  std::optional<std::string> listen(Endpoint& to);
  void warn_of_what_is_off() const;
  std::optional<std::string> load_tls() {
    return shared_.tls.load(shared_.config.client_tls, shared_.config.backend_tls);
  }
  void apply(const Config::Limits& limits);
  void reload_limits();
  void start();
  void restart(Restart& successor);
  void leave(pid_t successor);
  bool is_left() const;
  std::optional<std::string> load_policies() { return shared_.policies.load(); }
  // Limits, certificates and policies; each as a whole, or not at all.
  std::optional<std::string> reload();
  std::optional<std::string> reload_tls();
  std::optional<std::string> reload_policies();
  void drain();
  bool wait_for_end_of_sessions(Clock::duration limit);

  Shared shared_;
  Readiness probe_;
  std::deque<Shard> shards_;
  Metrics::Registration figures_, limit_figures_;
  Routes routes_{shared_};
  std::unique_ptr<HttpServer> http_;              // null: off
  std::unique_ptr<Subscriptions> subscriptions_;  // ends before the shards that wait for its answers
  Metrics::Registration subscription_figures_;
  std::vector<Endpoint> endpoints_;
  std::optional<Clock::time_point> left_at_;  // another process has taken over
  std::atomic<std::size_t> shards_left_{0};   // that accept no more since then
  std::size_t next_shard_ = 0;                // that gets a unix socket's client
};

}  // namespace mogate::proxy
