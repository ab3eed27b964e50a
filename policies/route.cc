#include "policies/route.h"

#include <algorithm>

namespace mogate::policies {

Route route_of(const RuleSet& rules, const SessionFacts& session, WeekMinute now) {
  auto fits = rules.session_rules(session);
  for (std::size_t i = 0; i < rules.rules().size(); ++i) {
    const auto& rule = rules.rules()[i];
    const auto& times = rule.match.times;
    bool is_time = times.empty() || std::any_of(times.begin(), times.end(),
                                                [&](const auto& window) { return window.contains(now); });
    if (fits.applies[i] && is_time && rule.action == Action::route && !rule.dry_run)
      return {rule.route_group, rule.route_label};
  }
  return {};
}

}  // namespace mogate::policies
