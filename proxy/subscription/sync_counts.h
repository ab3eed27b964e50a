// What a subscription's cycles came to since this gateway began to run them. Written by the engine's threads,
// read by any.
#pragma once

#include <atomic>
#include <cstdint>

namespace mogate::proxy {

struct SyncCounts {
  std::atomic<std::uint64_t> cycles{0};       // that ended well
  std::atomic<std::uint64_t> errors{0};       // cycles that did not
  std::atomic<std::uint64_t> retries{0};      // cycles that came after one that did not
  std::atomic<std::uint64_t> rows{0};         // written
  std::atomic<std::uint64_t> bytes{0};        // sent downstream for them
  std::atomic<std::uint64_t> divergences{0};  // tables that were not what they were left as
  std::atomic<std::uint64_t> tables{0};       // of the last cycle that ended well
  std::atomic<std::uint64_t> last_ms{0};      // what that took
};

}  // namespace mogate::proxy
