// Whose connection a session is: the peer's own, or that of a load balancer's client (PROXY protocol).
#pragma once

#include "proxy/session/context.h"

namespace mogate::proxy {

// To be called first. Names the client in the session's entry; from a trusted peer it reads the PROXY header,
// and not a byte behind it. Anything else from such a peer ends the session.
Task<MaybeEnd> learn_origin(SessionContext& c);

// What a client that is not trusted said in place of a login, read as the header of a MySQL frame, is the
// beginning of a PROXY header.
bool begins_proxy_header(std::string_view frame_header);

}  // namespace mogate::proxy
