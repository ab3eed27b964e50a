#include "rewrite/guards/mo_ctl.h"

#include "rewrite/sql/characters.h"

#include <string>

namespace mogate::rewrite {
namespace {

constexpr std::string_view kName = "mo_ctl";

unsigned hex_value(char c) {
  return static_cast<unsigned>(sql::is_digit(c) ? c - '0' : sql::to_lower(c) - 'a' + 10);
}

// The character of \uXXXX at `i`, 0 if there is none or it is not ASCII: only those matter here.
char unicode_escape(std::string_view s, std::size_t i) {
  if (i + 6 > s.size() || s[i] != '\\' || s[i + 1] != 'u') return 0;
  unsigned value = 0;
  for (std::size_t k = i + 2; k < i + 6; ++k) {
    if (!sql::is_hex_digit(s[k])) return 0;
    value = value * 16 + hex_value(s[k]);
  }
  return value < 0x80 ? static_cast<char>(value) : 0;
}

std::string unescape_json(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    char c = unicode_escape(s, i);
    if (c != 0) i += 5;
    out += c != 0 ? c : s[i];
  }
  return out;
}

}  // namespace

bool is_mo_ctl(const sql::Token& t) {
  std::string_view name = t.text;
  if (t.kind == sql::TokenKind::quoted_word) name = name.substr(1, name.size() - 2);
  return t.is_name() && sql::iequals(name, kName);
}

bool mentions_mo_ctl(std::string_view text) {
  for (auto at = text.find('_'); at != std::string_view::npos; at = text.find('_', at + 1))
    if (at >= 2 && sql::iequals(text.substr(at - 2, kName.size()), kName)) return true;
  return false;
}

bool hint_mentions_mo_ctl(std::string_view hint) { return mentions_mo_ctl(unescape_json(hint)); }

bool has_mo_ctl(std::string_view text, sql::SqlMode mode) {
  sql::Lexer lexer(text, mode);
  std::string hints;  // MatrixOne reads several leading hints as one
  for (sql::Token t = lexer.next(); !t.is_end(); t = lexer.next()) {
    if (is_mo_ctl(t)) return true;
    if (t.kind == sql::TokenKind::hint) {
      if (hint_mentions_mo_ctl(t.text)) return true;
      hints += t.text.substr(3, t.text.size() - 5);
    }
  }
  return !hints.empty() && hint_mentions_mo_ctl(hints);
}

}  // namespace mogate::rewrite
