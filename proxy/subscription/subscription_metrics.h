// The figures of subscriptions, for the scrape.
#pragma once

#include "proxy/observe/metrics.h"
#include "proxy/subscription/engine.h"

namespace mogate::proxy {

// Lag and state of all; counts only of those that this gateway ran.
void collect_subscriptions(const SubscriptionReport& report, MetricsPage& page);

}  // namespace mogate::proxy
