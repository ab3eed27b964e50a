// What one thread's sessions count. Only that thread writes; a scrape reads beside it.
#pragma once

#include "proxy/observe/digests.h"
#include "proxy/observe/kinds.h"
#include "proxy/observe/metrics.h"

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace mogate::proxy {

// What accounts beyond the most that are told apart are counted under.
inline constexpr std::string_view kOthers = "(other)";

struct AccountMetrics {
  Count logins;
  Count bytes_in, bytes_out;  // payload of the clients' connections, before TLS and compression
  Count rows;                 // sent to clients
  std::array<Count, kMostKinds> statements;
  std::array<Count, kMostKinds> errors;
  Histogram latency;
};

struct BackendMetrics {
  Count connects, failures;
  Count statements, errors;
  Histogram latency;
};

// Structures by name that stay where they are once they are made.
template <class T>
class Named {
 public:
  // Only the writing thread. The one called kOthers if there are `most` already.
  T& at(std::string_view name, std::size_t most) {
    std::lock_guard lock(mutex_);
    auto known = items_.find(name);
    if (known == items_.end() && items_.size() >= most) name = kOthers, known = items_.find(name);
    if (known == items_.end()) known = items_.emplace(name, std::make_unique<T>()).first;
    return *known->second;
  }
  // Any thread.
  template <class F>
  void each(F visit) const {
    std::lock_guard lock(mutex_);
    for (const auto& [name, item] : items_) visit(name, *item);
  }

 private:
  mutable std::mutex mutex_;  // of the map, not of what is in it
  std::map<std::string, std::unique_ptr<T>, std::less<>> items_;
};

struct ShardMetrics {
  Named<AccountMetrics> accounts;
  Named<BackendMetrics> backends;
  std::array<Histogram, kMostKinds> latency;  // by kind
  DigestTable digests;
};

}  // namespace mogate::proxy
