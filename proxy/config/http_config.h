// Reads [http].
#pragma once

#include "proxy/config/config.h"
#include "proxy/config/section.h"

namespace mogate::proxy {

// Refuses what DESIGN 8 forbids: an address that others can reach without TLS and a token.
void read_http(Section s, Config::Http& http);

}  // namespace mogate::proxy
