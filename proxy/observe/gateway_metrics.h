// The gateway's own figures, as docs/operations.md lists them.
#pragma once

#include "proxy/observe/metrics.h"

#include <string>
#include <vector>

namespace mogate::proxy {

struct Shared;

// To be added to Shared::metrics once the shards are made.
void collect_gateway(const Shared& shared, MetricsPage& page);

// One digest over all threads.
struct DigestTotal {
  std::uint64_t hash = 0;
  std::string text;
  std::string_view kind;
  std::uint64_t count = 0, errors = 0, rows = 0;
  Latencies latency;
};
// Those that took most time first.
std::vector<DigestTotal> digest_totals(const Shared& shared);

struct BackendTotal {
  std::string name;
  std::uint64_t connects = 0, failures = 0, statements = 0, errors = 0;
  Latencies latency;
};
std::vector<BackendTotal> backend_totals(const Shared& shared);

}  // namespace mogate::proxy
