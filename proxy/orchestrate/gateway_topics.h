// What SHOW GATEWAY … answers.
#pragma once

#include "proxy/server/shared.h"
#include "rewrite/plan.h"

namespace mogate::proxy {

// name, value: version, uptime, sessions, counters, the backend, which guards are off.
rewrite::Rows gateway_status(const Shared& shared);
// id, native_id, account, user, role, client, tls, state, commands, connected_s: one row a session.
rewrite::Rows gateway_sessions(const Shared& shared);

}  // namespace mogate::proxy
