// A scrape as text: for Prometheus, as JSON, and as rows.
#pragma once

#include "proxy/observe/metrics.h"
#include "rewrite/plan.h"

#include <string>

namespace mogate::proxy {

// The exposition format of Prometheus, version 0.0.4.
std::string prometheus_text(const MetricsPage& page);

// [{"name", "type", "help", "samples": [{"labels": {…}, "value": n}]}]; a histogram's sample has "count",
// "sum", "p50", "p99" (seconds) and "buckets", [[end in seconds, count in it]] without those that are empty,
// in place of "value".
std::string metrics_json(const MetricsPage& page);

// name, labels, value: SHOW GATEWAY METRICS. A histogram gives its count, sum, p50 and p99.
rewrite::Rows metrics_rows(const MetricsPage& page);

}  // namespace mogate::proxy
