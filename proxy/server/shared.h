// What all shards share: the configuration, TLS contexts, what is known of the backend, the registry and
// counters.
#pragma once

#include "protocol/handshake.h"
#include "protocol/proxy_header.h"
#include "proxy/backend/native_support.h"
#include "proxy/config/config.h"
#include "proxy/net/endpoint.h"
#include "proxy/net/rsa_key.h"
#include "proxy/observe/audit.h"
#include "proxy/observe/metrics.h"
#include "proxy/observe/shard_metrics.h"
#include "proxy/observe/slow_log.h"
#include "proxy/policy/policies.h"
#include "proxy/server/login_throttle.h"
#include "proxy/server/operations.h"
#include "proxy/server/registry.h"
#include "proxy/server/session_limits.h"
#include "proxy/server/subscribed_now.h"
#include "proxy/server/tls_contexts.h"
#include "proxy/session/auth_cache.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace mogate::proxy {

class SubscriptionDesk;

struct Counters {
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> refused_connections{0};
  std::atomic<std::uint64_t> failed_logins{0};
  std::atomic<std::uint64_t> commands{0};
  std::atomic<std::uint64_t> extended_statements{0};
  std::atomic<std::uint64_t> refused_statements{0};
  std::atomic<std::uint64_t> backend_failures{0};
};

// The backend's last greeting: what a client may be offered before its own backend connection exists.
class KnownBackend {
 public:
  std::shared_ptr<const protocol::Greeting> greeting() const {
    std::lock_guard lock(mutex_);
    return greeting_;
  }
  void learn(const protocol::Greeting& greeting) {
    answers_ = true;
    auto known = this->greeting();
    if (known && known->server_version == greeting.server_version &&
        known->capabilities == greeting.capabilities)
      return;
    auto fresh = std::make_shared<const protocol::Greeting>(greeting);
    std::lock_guard lock(mutex_);
    greeting_ = std::move(fresh);
  }
  // It could not be connected to.
  void missed() { answers_ = false; }
  // As the last try to connect found it; before that, false.
  bool answers() const { return answers_; }

 private:
  mutable std::mutex mutex_;
  std::atomic<bool> answers_{false};
  std::shared_ptr<const protocol::Greeting> greeting_;
};

struct Shared {
  explicit Shared(Config c)
      : config(std::move(c)), policies(config.policies.file), registry(config.gateway.node) {}

  const Config config;
  TlsContexts tls;
  Policies policies;
  // Any thread: reads certificates and policies anew, all or nothing of each; what is wrong, if something is.
  std::function<std::optional<std::string>()> reload;
  Endpoint backend_endpoint;
  KnownBackend backend;
  NativeSupport native;
  // Of bridge logins only.
  std::optional<AuthCache> auth_cache;
  std::optional<RsaKey> rsa_key;
  Registry registry;
  SessionLimits limits;
  LoginThrottle throttle;
  Operations operations;
  Counters counters;
  AuditLog audit;
  SlowLog slow_log;
  Metrics metrics;
  std::vector<const ShardMetrics*> shard_metrics;  // of all threads; set before they run
  SubscriptionDesk* subscriptions = nullptr;       // null without a key file
  SubscribedNow subscribed;
  std::atomic<std::uint32_t> sessions{0};
  std::atomic<bool> draining{false};
  std::atomic<bool> probing{false};  // learn_backend() runs
  const std::chrono::system_clock::time_point started = std::chrono::system_clock::now();

  // What every connection to the backend begins with: a PROXY header, or nothing. One of the gateway's own
  // has no origin.
  std::string backend_preamble(const protocol::ProxyHeader& origin) const {
    std::string header;
    if (config.backend.send_proxy_header) protocol::write_proxy_header(header, origin);
    return header;
  }
};

}  // namespace mogate::proxy
