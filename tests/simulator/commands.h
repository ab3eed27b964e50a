// The command phase of a connection.
#pragma once

#include "tests/simulator/session.h"

namespace mogate::simulator {

// Answers commands until the client is gone or the connection is killed.
void serve_commands(Session& session);

}  // namespace mogate::simulator
