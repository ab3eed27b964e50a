// Finds the functions that only account sys may call, where MatrixOne does not check: mo_ctl outside a select
// list (FINDINGS trap 7), and the ones that MatrixOne itself puts into plans for index reads. These run SQL
// made of their arguments without any check of rights: by fulltext_index_scan a user of role public ran
// mo_ctl and read mo_user (tried on 4.2 and 3.0).
#pragma once

#include "rewrite/sql/lexer.h"

#include <string_view>

namespace mogate::rewrite {

// "mo_ctl" if `t` is that word, plain or quoted; the internal function's name if it stands before `next`, a
// '('; else "".
std::string_view sys_function(const sql::Token& t, const sql::Token& next);

// The first one in `text` outside strings and comments, or in a rewrite hint; else "".
std::string_view find_sys_function(std::string_view text, sql::SqlMode mode);

// The same for letters anywhere in `text`, in any case.
std::string_view mentioned_sys_function(std::string_view text);

// The same for the text of a hint, whose JSON escapes (\u006d) MatrixOne decodes.
std::string_view mentioned_in_hint(std::string_view hint);

}  // namespace mogate::rewrite
