// Greeting and login, as recorded (FINDINGS, handshake).
#pragma once

#include "tests/simulator/session.h"

namespace mogate::simulator {

// Greets, checks the client and fills in the session. False when the client was refused; throws Disconnected
// when it is gone or sent what is no login.
bool login(Session& session);

}  // namespace mogate::simulator
