// Names and strings between SQL text and plain values.
#pragma once

#include "rewrite/sql/lexer.h"

#include <string>
#include <string_view>

namespace mogate::rewrite::sql {

// 'it''s'. With NO_BACKSLASH_ESCAPES in force a backslash stands for itself, else it is doubled.
std::string quote_string(std::string_view value, SqlMode mode = {});
// `name`, with back-quotes doubled.
std::string quote_name(std::string_view name);
// The value of a string, name or variable token; other tokens as written.
std::string unquote(const Token& token, SqlMode mode = {});
// ASCII letters to lower case, as MatrixOne stores names.
std::string fold(std::string_view name);

}  // namespace mogate::rewrite::sql
