// Where the rules send a session that logs in.
#pragma once

#include "policies/rule_set.h"

#include <string>

namespace mogate::policies {

struct Route {
  std::string group, label;  // one of both, or none
};

// Of the first rule with action route that fits the session now and is no dry run. Nothing of the session is
// known but its login: role is what the user asked for.
Route route_of(const RuleSet& rules, const SessionFacts& session, WeekMinute now);

}  // namespace mogate::policies
