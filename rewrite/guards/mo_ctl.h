// Finds the function mo_ctl, which MatrixOne checks in a select list only (FINDINGS trap 7).
#pragma once

#include "rewrite/sql/lexer.h"

#include <string_view>

namespace mogate::rewrite {

// True for the name, plain or quoted.
bool is_mo_ctl(const sql::Token& t);

// True if `text` has the word mo_ctl, plain or quoted as a name, outside strings and comments, or in a
// rewrite hint.
bool has_mo_ctl(std::string_view text, sql::SqlMode mode);

// True if the letters mo_ctl stand anywhere in `text`, in any case.
bool mentions_mo_ctl(std::string_view text);

// The same for the text of a hint, whose JSON escapes (\u006d) MatrixOne decodes.
bool hint_mentions_mo_ctl(std::string_view hint);

}  // namespace mogate::rewrite
