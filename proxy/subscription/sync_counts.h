// What a subscription's cycles came to since this gateway began to run them. Written by the engine's threads,
// read by any.
#pragma once

#include "proxy/observe/metrics.h"

#include <atomic>
#include <cstdint>

namespace mogate::proxy {

struct SyncCounts {
  SharedCount cycles;                    // that ended well
  SharedCount errors;                    // cycles that did not
  SharedCount retries;                   // cycles that came after one that did not
  SharedCount rows;                      // written
  SharedCount bytes;                     // sent downstream for them
  SharedCount divergences;               // tables that were not what they were left as
  std::atomic<std::uint64_t> tables{0};  // of the last cycle that ended well
  std::atomic<double> cycle_seconds{0};  // what that took
};

}  // namespace mogate::proxy
