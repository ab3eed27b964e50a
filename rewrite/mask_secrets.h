// What may be shown or logged of a statement.
#pragma once

#include "rewrite/sql/lexer.h"

#include <string>
#include <string_view>

namespace mogate::rewrite {

// `sql` with *** in place of what may be a secret: IDENTIFIED BY 'x', PASSWORD 'x', values behind names like
// password, secret, token or credentials, strings that hold such names, passwords in uris. Comments are left
// out, and what MatrixOne cannot read is cut off. Hides too much rather than too little: where a text reads
// differently with and without backslash escapes, only its kind is given. Of `mode` only before_4 counts.
std::string mask_secrets(std::string_view sql, sql::SqlMode mode);

}  // namespace mogate::rewrite
