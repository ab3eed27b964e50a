// The tables that the gateway's state is kept in (DESIGN 6): made where they are missing.
#pragma once

#include "proxy/subscription/link.h"

#include <optional>

namespace mogate::proxy {

// `service` is logged in to account sys. What a newer gateway left is an error: this one may not understand
// it.
std::optional<protocol::SqlError> prepare_sys(Link& service);
// `own` is logged in to an account that owns the data of subscriptions.
std::optional<protocol::SqlError> prepare_account(Link& own);

}  // namespace mogate::proxy
