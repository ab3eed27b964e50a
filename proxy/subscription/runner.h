// The cycles of one subscription, one at a time, each on a thread of its own.
#pragma once

#include "proxy/subscription/cycle_context.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>

namespace mogate::proxy {

class Runner {
 public:
  using Clock = std::chrono::steady_clock;

  Runner() = default;
  ~Runner() { join(); }

  // `context` has stop() and progress() of this runner. Nothing runs.
  void begin(CycleContext context);
  bool running() const { return thread_.joinable() && !done_; }
  void stop() { stop_ = true; }
  const std::atomic<bool>& stopped() const { return stop_; }
  Progress& progress() { return progress_; }
  DefinitionCache& definitions() { return definitions_; }
  std::shared_ptr<SyncCounts> counts() const { return counts_; }

  // True if a cycle that SYNC or RESUME asked for may begin at once: one that failed waits as others do.
  bool may_begin(std::uint64_t asked) const { return failures_ == 0 || asked_ < asked; }
  // When the next cycle is due, after one that began at begun().
  Clock::time_point due(std::chrono::seconds interval) const;
  // Waits for the end of what runs.
  void join();
  bool ended() const { return thread_.joinable() && done_; }
  // Of what ended last.
  const std::optional<protocol::SqlError>& error() const { return error_; }
  // What runs or ran last is the removal of a dropped subscription.
  bool cleaning_up() const { return cleaning_up_; }
  bool cleaned_up() const { return cleaned_up_; }
  // A failure to begin counts as one of a cycle.
  void fail(const rewrite::Subscription& s, protocol::SqlError error);

 private:
  void note_begin(const rewrite::Subscription& s);
  void note_success(const std::string& name, std::size_t tables, std::uint64_t rows);
  void run(CycleContext context);

  std::thread thread_;
  std::atomic<bool> stop_{false}, done_{false};
  std::optional<Clock::time_point> begun_;
  unsigned failures_ = 0;    // in a row
  std::uint64_t asked_ = 0;  // of the subscription, when its last cycle began
  std::optional<protocol::SqlError> error_;
  bool cleaning_up_ = false, cleaned_up_ = false;
  Progress progress_;
  DefinitionCache definitions_;
  std::shared_ptr<SyncCounts> counts_ = std::make_shared<SyncCounts>();
};

}  // namespace mogate::proxy
