#include "rewrite/sql/lexer.h"

#include "rewrite/sql/characters.h"

namespace mogate::rewrite::sql {
namespace {

constexpr std::string_view kKelvin = "\xE2\x84\xAA";   // lower case of U+212A is 'k' to Go, and so to MatrixOne
constexpr std::string_view kDottedI = "\xC4\xB0";      // lower case of U+0130 is 'i'

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

Token Lexer::make(TokenKind kind) const { return {kind, near_, begin_, pos_, sql_.substr(begin_, pos_ - begin_)}; }

Token Lexer::bad() {
  pos_ = sql_.size();
  Token t = make(TokenKind::bad);
  sql_ = sql_.substr(0, begin_ + t.text.size());
  return t;
}

void Lexer::skip_blanks() {
  while (pos_ < sql_.size() && is_blank(sql_[pos_])) ++pos_;
}

void Lexer::skip_line() {
  auto nl = sql_.find('\n', pos_);
  pos_ = nl == std::string_view::npos ? sql_.size() : nl + 1;
}

// At "/*". A versioned comment's opening is skipped and its content left to be lexed.
Lexer::Skip Lexer::skip_block() {
  bool hint = starts("/*+") || starts("/*!+");
  if (!hint && starts("/*!")) {
    versioned_ = true;
    pos_ += 3;
    if (!is_digit(at(pos_))) return Skip::skipped;
    for (int i = 0; i < 5; ++i)
      if (!is_digit(at(pos_++))) return Skip::bad;
    return Skip::skipped;
  }
  auto end = sql_.find("*/", pos_ + 2);
  if (end == std::string_view::npos) return Skip::bad;
  begin_ = pos_;
  pos_ = end + 2;
  return hint ? Skip::hint : Skip::skipped;
}

Lexer::Skip Lexer::skip_comment() {
  char c = at(pos_), d = at(pos_ + 1);
  bool line = c == '#' || (c == '/' && d == '/');
  if (c == '-' && d == '-') line = pos_ + 2 >= sql_.size() || is_blank(at(pos_ + 2));
  if (line) return skip_line(), Skip::skipped;
  if (c == '/' && d == '*') return skip_block();
  if (versioned_ && c == '*' && d == '/') {
    versioned_ = false;
    pos_ += 2;
    return Skip::skipped;
  }
  return Skip::nothing;
}

Token Lexer::next() {
  for (;;) {
    near_ = pos_;
    skip_blanks();
    begin_ = pos_;
    if (pos_ >= sql_.size()) return make(TokenKind::end);
    switch (skip_comment()) {
      case Skip::nothing: break;
      case Skip::skipped: continue;
      case Skip::hint: return make(TokenKind::hint);
      case Skip::bad: return bad();
    }
    // MatrixOne drops some quotes inside /*! … */ and reads on: see versioned_quote().
    if (Token t = scan(); t.kind != TokenKind::end) return t;
  }
}

Token Lexer::scan() {
  char c = sql_[pos_];
  if (is_supplementary(sql_, pos_)) return bad();
  if (c == '\'') return versioned_ ? versioned_quote() : quoted('\'', TokenKind::string);
  if (c == '"') return quoted('"', mode_.ansi_quotes ? TokenKind::quoted_word : TokenKind::string);
  if (c == '`') return quoted('`', TokenKind::quoted_word);
  if (c == '@') return variable();
  if (is_digit(c) || (c == '.' && is_digit(at(pos_ + 1)))) return number();
  if (c == '$') return dollar();
  if (at(pos_ + 1) == '\'' && (to_lower(c) == 'x' || to_lower(c) == 'b')) return prefixed_bits();
  if (is_ascii_letter(c) || is_high(c)) return word();
  return punctuation();
}

Token Lexer::punctuation() {
  char c = sql_[pos_++];
  return make(c == '?' ? TokenKind::placeholder : TokenKind::punctuation);
}

// Inside /*! … */ MatrixOne takes a single quote for the beginning of a string only before these characters;
// otherwise the quote is dropped and what follows is code.
Token Lexer::versioned_quote() {
  char n = at(pos_ + 1);
  if (n == '+' && at(pos_ + 2) == '\'') return pos_ += 2, Token{};
  if (n == '+' || n == '-' || n == '\'' || n == '|' || is_digit(n) || is_ascii_letter(n))
    return quoted('\'', TokenKind::string);
  ++pos_;
  return Token{};
}

// At the opening quote. Doubled quotes stay inside; a backslash escapes in strings only.
Token Lexer::quoted(char quote, TokenKind kind) {
  bool escapes = kind == TokenKind::string && !mode_.no_backslash_escapes;
  std::size_t i = pos_ + 1;
  for (; i < sql_.size(); ++i) {
    if (escapes && sql_[i] == '\\') {
      ++i;
    } else if (sql_[i] == quote) {
      if (at(i + 1) != quote) break;
      ++i;
    }
  }
  if (i >= sql_.size()) return bad();
  pos_ = i + 1;
  return make(kind);
}

Token Lexer::string_body(char quote) {
  skip_blanks();
  return at(pos_) == quote ? quoted(quote, TokenKind::string) : bad();
}

// x'1f' or b'01'; MatrixOne refuses any other digit.
Token Lexer::prefixed_bits() {
  bool hex = to_lower(sql_[pos_]) == 'x';
  pos_ += 2;
  while (hex ? is_hex_digit(at(pos_)) : (at(pos_) == '0' || at(pos_) == '1')) ++pos_;
  if (at(pos_) != '\'') return bad();
  ++pos_;
  return make(TokenKind::hex_or_bit);
}

std::size_t Lexer::word_step(std::size_t i) const {
  char c = at(i);
  if (i >= sql_.size() || is_supplementary(sql_, i)) return 0;
  return is_ascii_letter(c) || is_digit(c) || is_high(c) ? 1 : 0;
}

Token Lexer::word() {
  // The one introducer that MatrixOne knows; in other cases it is an ordinary word.
  constexpr std::string_view kIntroducer = "_utf8mb4";
  if (starts(kIntroducer)) {
    std::size_t i = pos_ + kIntroducer.size();
    while (i < sql_.size() && is_blank(sql_[i])) ++i;
    if (at(i) == '\'') return pos_ = i, string_body('\'');
  }
  while (word_step(pos_) != 0) ++pos_;
  return make(TokenKind::word);
}

// A word that begins with '$' ends before the next '$'; if one is there, it was the tag of a $tag$…$tag$ string,
// whose content holds no '$'.
Token Lexer::dollar() {
  std::size_t i = pos_ + 1;
  while (at(i) != '$' && word_step(i) != 0) ++i;
  if (at(i) != '$') return pos_ = i, make(TokenKind::word);
  std::string_view tag = sql_.substr(pos_, i - pos_ + 1);
  auto close = sql_.find('$', i + 1);
  if (close == std::string_view::npos || sql_.substr(close, tag.size()) != tag) return bad();
  pos_ = close + tag.size();
  return make(TokenKind::string);
}

Token Lexer::number() {
  bool plain = sql_[pos_] != '.';
  char second = to_lower(at(pos_ + 1));
  bool based = sql_[pos_] == '0' && (second == 'x' || second == 'b');
  if (based) pos_ += 2;
  while (based && second == 'x' ? is_hex_digit(at(pos_)) : is_digit(at(pos_))) ++pos_;
  if (!based && plain && at(pos_) == '.') plain = false;
  if (!based && !plain) {
    ++pos_;
    while (is_digit(at(pos_))) ++pos_;
  }
  if (!based && to_lower(at(pos_)) == 'e') {
    bool sign = at(pos_ + 1) == '+' || at(pos_ + 1) == '-';
    if (sign || is_digit(at(pos_ + 1))) {
      plain = plain && !sign;
      pos_ += sign ? 2 : 1;
      while (is_digit(at(pos_))) ++pos_;
    }
  }
  if (!plain || word_step(pos_) == 0) return make(TokenKind::number);
  while (word_step(pos_) != 0) ++pos_;  // 1abc is a name
  return make(TokenKind::word);
}

// "@x", "@ x", "@`x`"; an unquoted variable's name may hold dots and quotes. Before a string, '@' stands alone.
Token Lexer::variable() {
  ++pos_;
  skip_blanks();
  TokenKind kind = TokenKind::variable;
  if (at(pos_) == '@') {
    kind = TokenKind::system_variable;
    ++pos_;
  } else if (at(pos_) == '\'' || at(pos_) == '"') {
    pos_ = begin_ + 1;
    return make(TokenKind::punctuation);
  } else if (at(pos_) == ',') {
    return make(kind);
  }
  if (at(pos_) == '`') return quoted('`', kind);
  auto part = [&](char c) { return c == '.' || c == '"' || c == '`' || c == '\''; };
  std::size_t start = pos_;
  while (pos_ < sql_.size() && (word_step(pos_) != 0 || part(sql_[pos_]))) ++pos_;
  return pos_ == start ? bad() : make(kind);
}

}  // namespace mogate::rewrite::sql
