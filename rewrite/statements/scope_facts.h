// Whether what a snapshot or a PITR is to be made for is there.
#pragma once

#include "rewrite/planning.h"
#include "rewrite/statements/scope.h"

#include <optional>
#include <string_view>

namespace mogate::rewrite {

// Fills in the current database for a table without one; `error` if there is none. False: it has to be asked
// for first.
bool qualify_scope(Scope& scope, Planning& p, std::optional<protocol::SqlError>& error);

// Asks for it, under the keys "scope_account", "scope_database" and "scope_table".
void want_scope(Planning& p, const Scope& scope);
// The refusal if it is not there, with MySQL's numbers, or if it is a database of MatrixOne itself; `thing`
// is "snapshot" or "pitr". Needs what want_scope() asks answered.
std::optional<protocol::SqlError> no_such_scope(const Planning& p, const Scope& scope,
                                                std::string_view thing);

}  // namespace mogate::rewrite
