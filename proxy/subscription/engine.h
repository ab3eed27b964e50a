// The sync executor (DESIGN 6): one gateway of the fleet holds the lease and runs the cycles of all
// subscriptions, on threads of its own. Every gateway reads the state, for its sessions.
#pragma once

#include "proxy/config/config.h"
#include "proxy/subscription/cycle_context.h"
#include "proxy/subscription/lease.h"
#include "proxy/subscription/runner.h"
#include "proxy/subscription/secret_box.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace mogate::proxy {

// As of the engine's last look, at most seconds ago.
struct SubscriptionReport {
  struct One {
    rewrite::Subscription subscription;
    std::shared_ptr<const SyncCounts> counts;  // null: this gateway never ran it
  };
  std::vector<One> subscriptions;
  bool leads = false;  // this gateway runs them
};

class SubscriptionEngine {
 public:
  // Called on the engine's thread with all subscriptions that are not deleted, whenever they were read.
  using Seen = std::function<void(const std::vector<rewrite::Subscription>&)>;

  // `config` and `secrets` outlive it.
  SubscriptionEngine(const Config& config, const SecretBox& secrets, Seen seen);
  ~SubscriptionEngine() { stop(); }

  void start();
  // Ends what runs, within seconds: nothing is half applied.
  void stop();
  // Any thread: another process of this gateway's runs them from now on; here only what sessions ask is
  // answered.
  void leave();
  // Looks at once: something was changed.
  void wake();

  OpenSockets& sockets() { return sockets_; }
  // Any thread.
  SubscriptionReport report();
  // The state's tables are there in account sys.
  bool prepared() const { return prepared_; }

 private:
  using MaybeError = std::optional<protocol::SqlError>;

  void run();
  MaybeError tick();
  MaybeError prepare();
  MaybeError hold_lease();
  bool can_open_secrets();
  void take_over();
  bool has_taken_over(const std::string& account) const;
  MaybeError schedule();
  MaybeError reseal();
  void stop_runners();
  void collect();
  void begin(const rewrite::Subscription& s);
  std::optional<CycleContext> context_of(const rewrite::Subscription& s, Runner& runner, std::string& why);
  void note_progress();
  void note_report();
  void give_up_lease();
  void wait(std::chrono::milliseconds limit);

  const Config& config_;
  const SecretBox& secrets_;
  Seen seen_;
  OpenSockets sockets_;
  Link service_;
  Lease lease_;
  Lease::Clock::time_point lent_until_{};
  std::atomic<bool> prepared_{false}, stopping_{false}, leaving_{false};
  bool told_of_secrets_ = false;
  std::set<std::string> taken_over_;  // accounts, since the lease is held
  std::vector<rewrite::Subscription> subscriptions_;
  std::map<std::uint32_t, std::unique_ptr<Runner>> runners_;  // by subscription
  std::map<std::string, Link> notes_;                         // of progress, by account
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  SubscriptionReport report_;
  std::thread thread_;
};

}  // namespace mogate::proxy
