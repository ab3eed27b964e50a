#include "proxy/policy/policy_metrics.h"

namespace mogate::proxy {

void collect_policies(const Policies& policies, MetricsPage& page) {
  auto in_force = policies.current();
  if (!in_force) return;
  const auto& rules = in_force->rules->rules();
  page.family("mogate_policy_rules", MetricType::gauge, "Rules of the policy file that are in force.");
  page.sample(std::uint64_t{rules.size()});
  page.family("mogate_policy_hits_total", MetricType::counter,
              "Statements that a rule acted on, dry runs too.");
  for (std::size_t i = 0; i < rules.size(); ++i)
    page.sample(in_force->hits[i]->total(),
                {{"rule", rules[i].name}, {"action", std::string(name_of(rules[i].action))}});
}

}  // namespace mogate::proxy
