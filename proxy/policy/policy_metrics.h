// The policies' figures for a scrape.
#pragma once

#include "proxy/observe/metrics.h"
#include "proxy/policy/policies.h"

namespace mogate::proxy {

void collect_policies(const Policies& policies, MetricsPage& page);

}  // namespace mogate::proxy
