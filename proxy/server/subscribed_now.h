// The tables that subscriptions keep now, as the subscriptions' engine says and sessions ask.
#pragma once

#include "rewrite/guards/subscribed_tables.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

namespace mogate::proxy {

class SubscribedNow {
 public:
  // Any thread. What runs already is not stopped by it.
  void set(std::shared_ptr<const rewrite::SubscribedTables> tables) {
    std::lock_guard lock(mutex_);
    any_ = tables && !tables->empty();
    tables_ = std::move(tables);
  }
  // False: there is nothing to guard, in any account. Costs a plain load.
  bool any() const { return any_.load(std::memory_order_relaxed); }
  // Those of an account; null if it has none.
  std::shared_ptr<const rewrite::SubscribedTables::Account> of(std::uint32_t account_id) const {
    std::lock_guard lock(mutex_);
    const auto* account = tables_ ? tables_->of(account_id) : nullptr;
    return {tables_, account};
  }

 private:
  mutable std::mutex mutex_;
  std::atomic<bool> any_{false};
  std::shared_ptr<const rewrite::SubscribedTables> tables_;
};

}  // namespace mogate::proxy
