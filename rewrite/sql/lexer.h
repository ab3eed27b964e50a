// MatrixOne's tokens. Knows every quoting and comment form, so that what is inside one is never taken for
// code. Where MatrixOne differs from MySQL (`//` comments, $tag$ strings, quotes inside variable names and
// inside /*! */), this follows MatrixOne: a guard that reads a text otherwise than the server does is no
// guard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mogate::rewrite::sql {

// What changes where tokens end: parts of sql_mode, and the server's age. Dialect::lexer_mode makes it of
// both.
struct SqlMode {
  bool ansi_quotes = false;           // "x" is an identifier
  bool no_backslash_escapes = false;  // \ in a string is a plain character
  bool before_4 = false;  // the scanner of MatrixOne 3, where @, 0x and _utf8mb4 swallow any character
  bool operator==(const SqlMode&) const = default;
};

enum class TokenKind : std::uint8_t {
  end,
  word,             // identifier or keyword, unquoted
  quoted_word,      // `x`, or "x" under ANSI_QUOTES
  string,           // 'x' or "x", _utf8mb4 'x', $tag$x$tag$
  number,           // 12, 1.5, 1e3, 0x1f, 0b1
  hex_or_bit,       // x'1f', b'01'
  variable,         // @x, @`x`, also "@ x"
  system_variable,  // @@x, @@session.x
  placeholder,      // ?
  hint,             // /*+ … */: MatrixOne acts on rewrite rules in it
  punctuation,      // any other single character; operators come character by character
  bad,  // what MatrixOne's scanner refuses too, so that the statement cannot run: the rest of the text
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::size_t near = 0;   // where the blanks before the token begin: what MatrixOne quotes after "near"
  std::size_t begin = 0;  // offsets into the text
  std::size_t end = 0;
  std::string_view text;  // as written, quotes included; valid as long as the lexed text

  bool is(char c) const { return kind == TokenKind::punctuation && text.size() == 1 && text[0] == c; }
  // An unquoted word equal to `upper` as MatrixOne folds keywords; `upper` must be upper case.
  bool is(std::string_view upper) const;
  bool is_name() const { return kind == TokenKind::word || kind == TokenKind::quoted_word; }
  bool is_end() const { return kind == TokenKind::end || kind == TokenKind::bad; }
};

// Hands out one token after the other; comments are skipped, the content of /*! … */ is code as on the
// server. Once `end` or `bad` was given, it is given for ever.
class Lexer {
 public:
  // `versioned`: the text begins inside /*! … */.
  explicit Lexer(std::string_view sql, SqlMode mode = {}, bool versioned = false)
      : sql_(sql), mode_(mode), versioned_(versioned) {}

  Token next();
  std::string_view text() const { return sql_; }
  SqlMode mode() const { return mode_; }

  // For a text that comes in pieces: where the next token is looked for, and whether inside /*! … */.
  std::size_t position() const { return pos_; }
  bool versioned() const { return versioned_; }
  // What the text ends in the middle of, after `end` or `bad`: 0 is nothing, else a quote, '-' for a comment
  // to the end of the line, '*' for a block comment, '+' for a hint, '$' for a $tag$ string, 'x' for x'1f'.
  // It begins at open_begin().
  char open() const { return open_; }
  std::size_t open_begin() const { return open_begin_; }

 private:
  enum class Skip : std::uint8_t { nothing, skipped, hint, open, bad };

  void skip_blanks();
  Skip skip_comment();
  Skip skip_block();
  void skip_line();
  Token scan();
  Token quoted(char quote, TokenKind kind);
  Token versioned_quote();
  Token dollar();
  bool dollar_body();
  Token introducer(std::size_t quote);
  Token prefixed_bits();
  Token number();
  bool based_number(char base);
  void fraction_and_exponent(bool& plain);
  void after_numbered_begin();
  Token word();
  bool identifier(bool of_variable);
  Token variable();
  Token punctuation();
  Token make(TokenKind kind) const;
  Token bad();
  Token unfinished(char open);
  char at(std::size_t i) const { return i < sql_.size() ? sql_[i] : '\0'; }
  bool starts(std::string_view s) const { return sql_.substr(pos_, s.size()) == s; }
  bool in_word(std::size_t i) const;

  std::string_view sql_;
  SqlMode mode_;
  std::size_t pos_ = 0;
  std::size_t near_ = 0;
  std::size_t begin_ = 0;
  bool versioned_ = false;  // inside /*! … */
  char open_ = 0;
  std::size_t open_begin_ = 0;
};

// Case-insensitive (ASCII) comparison.
bool iequals(std::string_view a, std::string_view b);

}  // namespace mogate::rewrite::sql
