// How MatrixOne compares a word with a keyword.
#include "rewrite/sql/characters.h"
#include "rewrite/sql/lexer.h"

namespace mogate::rewrite::sql {
namespace {

constexpr std::string_view kKelvin =
    "\xE2\x84\xAA";                                // lower case of U+212A is 'k' to Go, and so to MatrixOne
constexpr std::string_view kDottedI = "\xC4\xB0";  // lower case of U+0130 is 'i'

// One letter of a keyword as MatrixOne folds it, upper case; advances `i`.
char keyword_letter(std::string_view s, std::size_t& i) {
  if (s.substr(i, kKelvin.size()) == kKelvin) return i += kKelvin.size(), 'K';
  if (s.substr(i, kDottedI.size()) == kDottedI) return i += kDottedI.size(), 'I';
  char c = s[i++];
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

bool iequals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  return true;
}

bool Token::is(std::string_view upper) const {
  if (kind != TokenKind::word || text.size() < upper.size()) return false;
  std::size_t i = 0;
  for (char want : upper)
    if (i >= text.size() || keyword_letter(text, i) != want) return false;
  return i == text.size();
}

}  // namespace mogate::rewrite::sql
