// Which tables a statement changes, or makes or drops.
#pragma once

#include "rewrite/sql/cursor.h"

#include <string_view>
#include <vector>

namespace mogate::rewrite {

// Of one native statement, folded; an empty table stands for a whole database. Where the text does not decide
// it these are more than those that would be changed, never fewer. EXPLAIN and PREPARE change nothing.
std::vector<sql::TableName> written_tables(std::string_view statement, sql::SqlMode mode);

}  // namespace mogate::rewrite
