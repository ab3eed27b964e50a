// Which tables a statement names, to read or to change them.
#pragma once

#include "rewrite/sql/cursor.h"

#include <string_view>
#include <vector>

namespace mogate::policies {

// Folded, each as often as it is named. Where the text does not decide it there are more than those that are
// read, never fewer: names of WITH are among them, and columns behind FROM in EXTRACT(YEAR FROM c).
std::vector<rewrite::sql::TableName> named_tables(std::string_view statement, rewrite::sql::SqlMode mode);

}  // namespace mogate::policies
