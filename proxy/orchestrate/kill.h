// KILL in the gateway's own id space (DESIGN 3).
#pragma once

#include "proxy/server/registry.h"
#include "rewrite/statements/kill.h"

#include <string>

namespace mogate::proxy {

// What a server that checks by itself who may kill is sent: the same, with its own id for a session of this
// gateway. For MatrixOne see Executor.
std::string native_kill(const rewrite::Kill& statement, const Registry& registry);

}  // namespace mogate::proxy
