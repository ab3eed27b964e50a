// DELETE without WHERE, which MatrixOne runs as a TRUNCATE.
#pragma once

#include "rewrite/dialect.h"
#include "rewrite/sql/cursor.h"
#include "rewrite/statements/guarded.h"

#include <optional>

namespace mogate::rewrite {

// At DELETE. nullopt: it has a WHERE or a LIMIT, or gives rows back, or names several tables where MatrixOne
// then deletes row by row (tried: from 4.0 on whenever tables are joined, before only when several are
// deleted from).
std::optional<DeleteAll> parse_delete_all(sql::Cursor& in, const Dialect& dialect);

}  // namespace mogate::rewrite
