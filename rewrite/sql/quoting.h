// Names and strings between SQL text and plain values.
#pragma once

#include "rewrite/sql/lexer.h"

#include <string>
#include <string_view>

namespace mogate::rewrite::sql {

// 'it''s': right under every sql_mode, because a backslash is avoided only where `mode` says it is plain.
std::string quote_string(std::string_view value, SqlMode mode = {});
// `name`, with back-quotes doubled.
std::string quote_name(std::string_view name);
// The name plain if it is a harmless word, else back-quoted.
std::string name_text(std::string_view name);
// The value of a string or quoted-word token.
std::string unquote(const Token& token, SqlMode mode = {});
// ASCII letters to lower case, as MatrixOne stores names.
std::string fold(std::string_view name);

}  // namespace mogate::rewrite::sql
