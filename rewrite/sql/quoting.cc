#include "rewrite/sql/quoting.h"

#include "rewrite/sql/characters.h"

namespace mogate::rewrite::sql {
namespace {

// The character that \c stands for. \% and \_ keep their backslash, for LIKE.
void append_escaped(std::string& out, char c) {
  switch (c) {
    case 'n': out += '\n'; break;
    case 't': out += '\t'; break;
    case 'r': out += '\r'; break;
    case '0': out += '\0'; break;
    case 'b': out += '\b'; break;
    case 'Z': out += '\x1a'; break;
    case '%':
    case '_': out += '\\', out += c; break;
    default: out += c;
  }
}

std::string inner(std::string_view s, char quote, bool escapes) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (escapes && s[i] == '\\' && i + 1 < s.size()) {
      append_escaped(out, s[++i]);
    } else {
      if (s[i] == quote && i + 1 < s.size()) ++i;
      out += s[i];
    }
  }
  return out;
}

std::string enclosed(std::string_view value, char quote, bool escapes) {
  std::string out(1, quote);
  for (char c : value) {
    if (c == quote || (escapes && c == '\\')) out += c;
    out += c;
  }
  return out += quote;
}

// $tag$body$tag$
std::string dollar_body(std::string_view text, bool escapes) {
  std::string_view body = text.substr(text.find('$', 1) + 1);
  std::string out;
  for (std::size_t i = 0; i < body.size() && body[i] != '$'; ++i) {
    if (escapes && body[i] == '\\' && i + 1 < body.size()) {
      append_escaped(out, body[++i]);
    } else {
      out += body[i];
    }
  }
  return out;
}

}  // namespace

std::string quote_string(std::string_view value, SqlMode mode) {
  return enclosed(value, '\'', !mode.no_backslash_escapes);
}

std::string quote_name(std::string_view name) { return enclosed(name, '`', false); }

std::string unquote(const Token& token, SqlMode mode) {
  std::string_view s = token.text;
  if (token.kind == TokenKind::string && s[0] == '$') return dollar_body(s, mode.before_4);
  if (token.kind == TokenKind::variable || token.kind == TokenKind::system_variable) {
    s.remove_prefix(s.find_first_not_of("@ \t\r\n") == std::string_view::npos
                        ? s.size()
                        : s.find_first_not_of("@ \t\r\n"));
    return s.size() > 1 && s[0] == '`' ? inner(s.substr(1, s.size() - 2), '`', false) : std::string(s);
  }
  if (token.kind != TokenKind::string && token.kind != TokenKind::quoted_word) return std::string(s);
  if (s[0] == '_') s.remove_prefix(s.find('\''));
  bool escapes = token.kind == TokenKind::string && !mode.no_backslash_escapes;
  return inner(s.substr(1, s.size() - 2), s[0], escapes);
}

std::string fold(std::string_view name) {
  std::string out(name);
  for (char& c : out) c = to_lower(c);
  return out;
}

}  // namespace mogate::rewrite::sql
