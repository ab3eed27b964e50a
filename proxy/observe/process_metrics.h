// The process's own figures, by the names that Prometheus' libraries give them.
#pragma once

#include "proxy/observe/metrics.h"

#include <chrono>

namespace mogate::proxy {

void add_process(MetricsPage& page, std::chrono::system_clock::time_point started);

}  // namespace mogate::proxy
