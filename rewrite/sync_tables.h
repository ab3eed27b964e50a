// mo_catalog.mo_sync_configs and mo_catalog.mo_sync_tasks are where seed 003 has them; nobody can make tables
// there, so they are kept in the database mogate (DESIGN 6).
#pragma once

#include "rewrite/sql/lexer.h"

#include <optional>
#include <string>
#include <string_view>

namespace mogate::rewrite {

// True if the text may name one of them; a look, without allocating.
bool mentions_sync_tables(std::string_view text) noexcept;

// The text of one statement or several with the names led to mogate, wherever they are names; `database` is
// the current one. nullopt: there is nothing to change.
std::optional<std::string> redirect_sync_tables(std::string_view text, sql::SqlMode mode,
                                                std::string_view database);

}  // namespace mogate::rewrite
