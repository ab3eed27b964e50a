// MatrixOne's tokens. Knows every quoting and comment form, so that what is inside one is never taken for code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mogate::rewrite::sql {

// The parts of sql_mode that change where tokens end. Dialect::lexer_mode says whether the server heeds them.
struct SqlMode {
  bool ansi_quotes = false;           // "x" is an identifier
  bool no_backslash_escapes = false;  // \ in a string is a plain character
  bool operator==(const SqlMode&) const = default;
};

enum class TokenKind : std::uint8_t {
  end,
  word,         // identifier or keyword, unquoted
  quoted_word,  // `x`, or "x" under ANSI_QUOTES
  string,       // 'x' or "x"
  number,       // 12, 1.5, 1e3, 0x1f, 0b1
  hex_or_bit,   // x'1f', b'01'
  variable,     // @x, @`x`, @'x'
  system_variable,  // @@x; a dotted scope is further tokens
  placeholder,  // ?
  hint,         // /*+ … */: MatrixOne acts on rewrite rules in it
  punctuation,  // any other single character or operator
  bad,          // an unterminated string, quote or comment: the rest of the text
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::size_t begin = 0;   // offsets into the text
  std::size_t end = 0;
  std::string_view text;   // as written, quotes included; valid as long as the lexed text

  bool is(char c) const { return kind == TokenKind::punctuation && text.size() == 1 && text[0] == c; }
  // Case-insensitive; `upper` must be upper case.
  bool is(std::string_view upper) const;
  bool is_name() const { return kind == TokenKind::word || kind == TokenKind::quoted_word; }
};

// Hands out one token after the other; comments are skipped, the content of /*! … */ is code as on the server.
class Lexer {
 public:
  explicit Lexer(std::string_view sql, SqlMode mode = {}) : sql_(sql), mode_(mode) {}

  Token next();

 private:
  bool skip_blank_or_comment();
  bool skip_line();
  bool skip_block();
  Token quoted(char quote, TokenKind kind, std::size_t begin);
  Token number();
  Token word();
  Token variable();
  Token make(TokenKind kind, std::size_t begin) const { return {kind, begin, pos_, sql_.substr(begin, pos_ - begin)}; }
  char at(std::size_t i) const { return i < sql_.size() ? sql_[i] : '\0'; }

  std::string_view sql_;
  SqlMode mode_;
  std::size_t pos_ = 0;
  bool in_versioned_ = false;  // inside /*! … */
};

// Case-insensitive (ASCII) comparison; both may be of any case.
bool iequals(std::string_view a, std::string_view b);

}  // namespace mogate::rewrite::sql
