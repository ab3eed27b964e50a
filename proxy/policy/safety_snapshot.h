// A snapshot of what a statement is about to change or drop, taken by the service credentials of the
// session's account: it holds committed rows only.
#pragma once

#include "policies/reading.h"
#include "proxy/session/context.h"

#include <optional>
#include <string>

namespace mogate::proxy {

// Nothing to do for statements that need none (policies/needs_snapshot). The rule's older ones of the same
// object are dropped but for Rule::keep. `account` is what the backend calls it; without it the login's
// counts.
Task<std::optional<protocol::SqlError>> take_safety_snapshot(SessionContext& context,
                                                             const policies::Rule& rule,
                                                             const policies::Part& part,
                                                             const std::optional<std::string>& account);

}  // namespace mogate::proxy
