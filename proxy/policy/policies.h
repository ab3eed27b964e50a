// The rules in force: one immutable set that sessions share, replaced as a whole.
#pragma once

#include "policies/rule_set.h"
#include "policies/token_bucket.h"
#include "proxy/policy/load_rules.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace mogate::proxy {

// Counts on many threads without a shared cache line.
class HitCounter {
 public:
  void add() { slots_[slot()].value.fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (const auto& slot : slots_) sum += slot.value.load(std::memory_order_relaxed);
    return sum;
  }

 private:
  struct alignas(64) Slot {
    std::atomic<std::uint64_t> value{0};
  };
  static std::size_t slot();
  std::array<Slot, 8> slots_;
};

struct RulesInForce {
  std::shared_ptr<const policies::RuleSet> rules;
  bool local_time = false;
  std::vector<std::shared_ptr<HitCounter>> hits;  // for each rule
};

class Policies {
 public:
  // An empty path: there are none, and never will be.
  explicit Policies(std::string path) : path_(std::move(path)) {}

  bool configured() const { return !path_.empty(); }
  // Reads the file. What is wrong is said, and the rules that were in force stay. Rules of the same name go
  // on counting.
  std::optional<std::string> load();
  // True once each time that the file is not as it was when it was read last.
  bool file_changed();

  // Moves with each load(); to be compared at every command.
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  // Null before the first load().
  std::shared_ptr<const RulesInForce> current() const {
    std::lock_guard lock(mutex_);
    return current_;
  }

  // A token of the rule's bucket for `key`, as TokenBucket::take().
  std::chrono::milliseconds take_token(const policies::Rule& rule, const std::string& key);

 private:
  std::string stamp() const;

  const std::string path_;
  std::string seen_;  // stamp() of what was read last
  std::atomic<std::uint64_t> generation_{0};
  mutable std::mutex mutex_;
  std::shared_ptr<const RulesInForce> current_;
  std::mutex buckets_mutex_;
  std::map<std::string, policies::TokenBucket> buckets_;
};

}  // namespace mogate::proxy
