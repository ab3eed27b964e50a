// DELETE FROM t without WHERE, which MatrixOne runs as a TRUNCATE.
#pragma once

#include "rewrite/sql/cursor.h"
#include "rewrite/statements/guarded.h"

#include <optional>

namespace mogate::rewrite {

// At DELETE. nullopt: it has a WHERE, a LIMIT or several tables, or gives rows back: those delete row by row
// (tried).
std::optional<DeleteAll> parse_delete_all(sql::Cursor& in);

}  // namespace mogate::rewrite
