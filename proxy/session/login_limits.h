// What [limits] says of a session's client and user.
#pragma once

#include "proxy/session/context.h"

namespace mogate::proxy {

// Once it is known where the client comes from: 1040 in place of the greeting if its address has too many
// sessions. Clients of unix sockets have none.
MaybeEnd enter_address(SessionContext& c);
// Once the backend has taken the user: 1203 or 1226.
MaybeEnd enter_user(SessionContext& c);

// The key of LoginThrottle for the user that wants to log in.
std::string throttle_key(const SessionContext& c);
// Waits as long as failed logins of before demand it; the handshake's deadline begins anew then.
Task<MaybeEnd> wait_for_turn(SessionContext& c, const std::string& key);
// How the login ended.
void note_login(SessionContext& c, const std::string& key, const MaybeEnd& end);

}  // namespace mogate::proxy
