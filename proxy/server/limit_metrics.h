// The figures of [limits].
#pragma once

namespace mogate::proxy {

struct Shared;
class MetricsPage;

void collect_limits(const Shared& shared, MetricsPage& page);

}  // namespace mogate::proxy
