#include "proxy/server/limit_metrics.h"

#include "proxy/server/shared.h"

namespace mogate::proxy {

void collect_limits(const Shared& shared, MetricsPage& page) {
  const auto& limits = shared.limits;
  page.family("mogate_refused_sessions_total", MetricType::counter, "Clients that [limits] kept out.");
  page.sample(limits.refused(SharedBy::address), {{"limit", "sessions_per_address"}});
  page.sample(limits.refused(SharedBy::account), {{"limit", "sessions_per_account"}});
  page.sample(limits.refused(SharedBy::user), {{"limit", "sessions_per_user"}});
  page.sample(shared.throttle.refused(), {{"limit", "failed_logins"}});
  page.family("mogate_delayed_logins_total", MetricType::counter,
              "Logins that waited because others had failed.");
  page.sample(shared.throttle.delayed());
}

}  // namespace mogate::proxy
