// What the command lines print. Pure.
#pragma once

#include "protocol/error.h"
#include "rewrite/statement_run.h"

#include <string>
#include <string_view>
#include <vector>

namespace mogate::proxy {

// The table of seed 004: cells padded to their column's width, a tab behind each; the heads in capitals
// without
// '_', in the middle of their columns, the last one with a blank behind it instead of a tab.
std::string as_table(const rewrite::Result& result);

// The list of seed 002: one object a row, its keys the columns' names in small letters with '-' for '_'; an
// OK is an object with what the server said of it.
std::string as_json(const rewrite::Result& result);

// "ERROR 20101 (HY000): …"; without a number "mo_br: …".
std::string error_line(std::string_view program, const protocol::SqlError& error);
std::string error_json(const protocol::SqlError& error);

// `text` without the secrets that stand in it as strings of SQL. Shorter pieces of text are left: a password
// of "1" would make every message unreadable.
std::string without_secrets(std::string text, const std::vector<std::string_view>& secrets);

}  // namespace mogate::proxy
