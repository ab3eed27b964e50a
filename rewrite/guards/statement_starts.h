// Where statements begin inside a compound statement, so that a guard sees each of them.
#pragma once

#include "rewrite/sql/lexer.h"

#include <string_view>
#include <vector>

namespace mogate::rewrite {

// The statements of BEGIN … END, CREATE TASK … AS BEGIN … END or a routine's body, each reaching to where the
// next one begins; the first begins where `text` does. May cut more often than MatrixOne does, never less
// often.
std::vector<std::string_view> inner_statements(std::string_view text, sql::SqlMode mode);

}  // namespace mogate::rewrite
