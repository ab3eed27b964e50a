// Character classes of MatrixOne's scanner; locale-free.
#pragma once

#include <cstddef>
#include <string_view>

namespace mogate::rewrite::sql {

constexpr bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr bool is_ascii_letter(char c) {
  char l = to_lower(c);
  return (l >= 'a' && l <= 'z') || c == '_' || c == '$';
}
constexpr bool is_hex_digit(char c) {
  char l = to_lower(c);
  return is_digit(c) || (l >= 'a' && l <= 'f');
}
constexpr bool is_high(char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; }

// True where a well-formed four-byte UTF-8 sequence begins: MatrixOne refuses those outside quotes.
constexpr bool is_supplementary(std::string_view s, std::size_t i) {
  auto byte = [&](std::size_t k) { return k < s.size() ? static_cast<unsigned char>(s[k]) : 0U; };
  unsigned first = byte(i), second = byte(i + 1);
  if (first < 0xF0 || first > 0xF4) return false;
  if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return false;
  return (second & 0xC0) == 0x80 && (byte(i + 2) & 0xC0) == 0x80 && (byte(i + 3) & 0xC0) == 0x80;
}

}  // namespace mogate::rewrite::sql
