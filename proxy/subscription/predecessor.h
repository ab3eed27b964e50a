// What the last holder of the lease left open.
#pragma once

#include "proxy/config/config.h"
#include "proxy/subscription/link.h"

#include <optional>
#include <string>

namespace mogate::proxy {

// Ends its connections to `account` and fences its iterations there, so that nothing of them is applied any
// more. `service` is logged in to account sys; `account` has a login in `config`.
std::optional<protocol::SqlError> end_predecessor(const Config& config, const std::string& account,
                                                  Link& service, OpenSockets& sockets);

}  // namespace mogate::proxy
