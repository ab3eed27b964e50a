// A session's way to the subscriptions' desk, on which it waits without holding up its thread.
#pragma once

#include "proxy/orchestrate/outcome.h"
#include "proxy/server/operations.h"

namespace mogate::proxy {

// At most for [timeouts] orchestration, and the statement's own WAIT. A kill, and that limit, tell the desk
// to give up, and leave it a moment to say how it ended.
Task<Outcome> ask_desk(SessionContext& context, const rewrite::Statement& statement,
                       const rewrite::Identity& self, Operations::Running& operation);

}  // namespace mogate::proxy
