// What to do for MatrixOne's own replication (CCPR) so that it comes forward: it waits for what nobody
// flushes, and stands still after an outage while it says that it runs (FINDINGS, traps 9 and 10). Pure.
#pragma once

#include "rewrite/subscription/ccpr.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace mogate::rewrite::ccpr {

enum class Step : std::uint8_t {
  wait,
  prepare,     // make the next iteration's snapshot, then a checkpoint
  checkpoint,  // so that the snapshot of the iteration that runs can be read
  resume,
  done,  // what was there when the watch began is applied
  fail,  // see why()
};

// One cycle of the gateway: from the first look on, until an iteration is through whose snapshot came later.
class Watch {
 public:
  using Clock = std::chrono::steady_clock;

  // After a cycle that failed the task is more likely to stand still than to be busy.
  explicit Watch(bool after_failure) : suspicious_(after_failure) {}

  // `snapshots` upstream were read after `task`; each step but `wait` is carried out before the next call.
  Step next(const Task& task, const std::map<std::uint64_t, std::uint64_t>& snapshots, Clock::time_point now);
  // Only after `fail`.
  const std::string& why() const { return why_; }

 private:
  bool is_still(const Task& task, bool has_snapshot, Clock::time_point now) const;
  Step resume(Clock::time_point now);
  Step failed(std::string why);

  bool suspicious_;
  std::optional<std::uint64_t> goal_;     // the task's lsn then
  std::optional<std::uint64_t> flushed_;  // the iteration whose snapshot a checkpoint followed
  std::optional<Task> last_;
  Clock::time_point since_;  // nothing came forward
  unsigned resumed_ = 0;
  std::string why_;
};

}  // namespace mogate::rewrite::ccpr
