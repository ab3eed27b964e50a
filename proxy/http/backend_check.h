// Whether the backend answers, asked when somebody wants to know: without sessions nobody else would notice.
#pragma once

#include "proxy/server/shard_resources.h"
#include "proxy/server/shared.h"

#include <optional>

namespace mogate::proxy {

class BackendCheck {
 public:
  explicit BackendCheck(Shared& shared) : shared_(shared) {}

  // Connects and reads the greeting, for KnownBackend::answers(), unless that was done within the last second
  // or is being done. Only on one thread; uses the backend's events of `readiness`.
  Task<void> refresh(ShardResources& resources, Readiness& readiness);

 private:
  Shared& shared_;
  bool checking_ = false;
  std::optional<Clock::time_point> checked_;
};

}  // namespace mogate::proxy
