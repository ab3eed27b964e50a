// Whether MatrixOne's own replication can carry a subscription.
#pragma once

#include "proxy/subscription/asking.h"
#include "proxy/subscription/link.h"
#include "rewrite/subscription/state.h"

#include <optional>
#include <string>
#include <variant>

namespace mogate::proxy {

// The uri by which MatrixOne itself logs in upstream, with the password. For sys the host's name is kept, so
// that it may move; another account's is bound to the address that was allowed.
std::variant<std::string, protocol::SqlError> physical_uri(const rewrite::Subscription& s,
                                                           const ServerLogin& upstream);

// Why not: versions, the upstream's user, names, the uri, TLS, a database that is there. `up` is logged in by
// `login`.
std::optional<protocol::SqlError> refuse_physical(Asking& asking, const rewrite::Subscription& s, Link& up,
                                                  const ServerLogin& login);

}  // namespace mogate::proxy
