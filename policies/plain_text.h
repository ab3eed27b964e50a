// A statement's text as rules match it.
#pragma once

#include "rewrite/sql/lexer.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace mogate::policies {

enum class Literals : std::uint8_t { as_marks, kept, as_written };

// Without comments and hints; words and plain names in lower case and without back-quotes, one blank between
// tokens but none around '.', inside '(' … ')' and before ','. Literals are ?, lists of them "?", or they are
// kept: strings as '…', numbers as written. `as_written` keeps the letters, quotes and hints of everything,
// so that the result still runs.
std::string plain_text(std::string_view statement, rewrite::sql::SqlMode mode, Literals literals);

}  // namespace mogate::policies
