// SET statements that are not the client's to make.
#pragma once

#include "rewrite/parser.h"

#include <string_view>

namespace mogate::rewrite {

// True for the name of a variable that makes comments or settings rewrite what a session sends.
bool is_remapping_variable(const sql::Token& t, sql::SqlMode mode);

// True if the quoting rules may be others once `statement` ran: MatrixOne 4 reads the rest of a packet by the
// new ones (tried: SET sql_mode = 'NO_BACKSLASH_ESCAPES'; SELECT …).
bool may_change_sql_mode(std::string_view statement, sql::SqlMode mode);

// `statement` begins with SET.
Parsed judge_set(std::string_view statement, sql::SqlMode mode, const GuardSettings& guards);

}  // namespace mogate::rewrite
