// CREATE … CLONE and DATA BRANCH, read as MatrixOne's grammar has them.
#pragma once

#include "rewrite/sql/cursor.h"
#include "rewrite/statements/guarded.h"

#include <optional>

namespace mogate::rewrite {

// After CREATE. nullopt: not a CLONE. One that can't be read fails the cursor.
std::optional<Clone> parse_clone(sql::Cursor& in);
// At DATA. nullopt: not DATA BRANCH.
std::optional<DataBranch> parse_data_branch(sql::Cursor& in);

}  // namespace mogate::rewrite
