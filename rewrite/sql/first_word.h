// The first word of a statement, for those who decide by it alone.
#pragma once

#include "rewrite/sql/characters.h"

#include <cstddef>
#include <string_view>

namespace mogate::rewrite::sql {

// The first word behind blanks and block comments. Empty where something else begins the text, or where
// MatrixOne acts on a comment's content.
inline std::string_view first_word(std::string_view s) noexcept {
  std::size_t i = 0;
  for (;;) {
    while (i < s.size() && is_blank(s[i])) ++i;
    if (i + 1 >= s.size() || s[i] != '/' || s[i + 1] != '*') break;
    if (i + 2 < s.size() && (s[i + 2] == '!' || s[i + 2] == '+')) return {};
    auto end = s.find("*/", i + 2);
    if (end == std::string_view::npos) return {};
    i = end + 2;
  }
  std::size_t end = i;
  while (end < s.size() && (is_ascii_letter(s[end]) || is_digit(s[end]) || is_high(s[end]))) ++end;
  return s.substr(i, end - i);
}

}  // namespace mogate::rewrite::sql
