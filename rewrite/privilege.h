// Which identity a statement needs (DESIGN 5).
#pragma once

#include "protocol/error.h"
#include "rewrite/plan.h"
#include "rewrite/statement.h"

#include <cstdint>
#include <optional>

namespace mogate::rewrite {

enum class Need : std::uint8_t { none, admin, sys };

// `self` decides what counts as "another account". `account_subscriptions` as in Facts.
Need needed(const Statement& statement, const Identity& self, bool account_subscriptions = false);

// MatrixOne's own refusal (20101), with the identity that is needed; nullopt if `self` may.
std::optional<protocol::SqlError> check_privilege(const Statement& statement, const Identity& self,
                                                  bool account_subscriptions = false);

}  // namespace mogate::rewrite
