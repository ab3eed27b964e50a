// COM_RESET_CONNECTION for a MatrixOne, which has none.
#pragma once

#include "proxy/session/prepared.h"

namespace mogate::proxy {

// Answers the command, which was taken out of the stream: OK, or an error where the session's state cannot be
// known, so that the client's pool connects anew. A native error half-way ends the session.
Task<MaybeEnd> put_session_back(SessionContext& context, Relay& relay, Prepared& prepared);

}  // namespace mogate::proxy
