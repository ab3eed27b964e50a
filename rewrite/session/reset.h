// How a session is brought back to how it was at login, on servers that lack COM_RESET_CONNECTION.
#pragma once

#include "protocol/error.h"
#include "rewrite/dialect.h"
#include "rewrite/session/changes.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mogate::rewrite {

// Rows that a step gives are of no interest. `may_fail`: an error packet to it is none of the reset.
struct ResetStep {
  std::string sql;
  bool may_fail = false;
  bool operator==(const ResetStep&) const = default;
};

// The steps in order: rolls back, forgets prepared statements, temporary tables and user variables, gives
// session variables the account's global values of now, takes the role of the login; the current database
// stays. Statements that were prepared by the protocol are not known here. `login_role` is the role that was
// active before the first change, empty if unknown. An error where the state is unknowable: the client has to
// connect anew. If a step fails that may not, the session is half reset and has to be closed. Tried on
// MatrixOne 3.0.12 and 4.2 (docs/decisions.md, "Resetting a session").
std::variant<std::vector<ResetStep>, protocol::SqlError> reset_plan(const SessionChanges& changes,
                                                                    const Dialect& dialect,
                                                                    std::string_view login_role);

}  // namespace mogate::rewrite
