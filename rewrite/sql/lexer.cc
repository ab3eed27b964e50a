#include "rewrite/sql/lexer.h"

#include "rewrite/sql/characters.h"

namespace mogate::rewrite::sql {

Token Lexer::make(TokenKind kind) const {
  return {kind, near_, begin_, pos_, sql_.substr(begin_, pos_ - begin_)};
}

Token Lexer::bad() {
  pos_ = sql_.size();
  Token t = make(TokenKind::bad);
  sql_ = sql_.substr(0, begin_ + t.text.size());
  return t;
}

Token Lexer::unfinished(char open) {
  open_ = open;
  open_begin_ = begin_;
  return bad();
}

void Lexer::skip_blanks() {
  while (pos_ < sql_.size() && is_blank(sql_[pos_])) ++pos_;
}

void Lexer::skip_line() {
  auto nl = sql_.find('\n', pos_);
  if (nl == std::string_view::npos) open_ = '-', open_begin_ = pos_;
  pos_ = nl == std::string_view::npos ? sql_.size() : nl + 1;
}

// At "/*". A versioned comment's opening is skipped and its content left to be lexed.
Lexer::Skip Lexer::skip_block() {
  bool hint = starts("/*+");
  if (starts("/*!")) {
    versioned_ = true;
    pos_ += 3;
    if (!is_digit(at(pos_))) return Skip::skipped;
    for (int i = 0; i < 5; ++i)
      if (!is_digit(at(pos_++))) return Skip::bad;
    return Skip::skipped;
  }
  auto end = sql_.find("*/", pos_ + 2);
  if (end == std::string_view::npos) return Skip::open;
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
      case Skip::open: return unfinished(starts("/*+") ? '+' : '*');
    }
    // MatrixOne drops some quotes inside /*! … */ and reads on: see versioned_quote().
    if (Token t = scan(); t.kind != TokenKind::end) return t;
  }
}

Token Lexer::scan() {
  char c = sql_[pos_];
  if (is_high(c) && !in_word(pos_)) return bad();
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

// Inside /*! … */ the character after a '*' is dropped.
Token Lexer::punctuation() {
  char c = sql_[pos_++];
  Token t = make(c == '?' ? TokenKind::placeholder : TokenKind::punctuation);
  if (versioned_ && c == '*' && pos_ < sql_.size()) ++pos_;
  return t;
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
  if (i >= sql_.size()) return unfinished(quote);
  pos_ = i + 1;
  return make(kind);
}

// x'1f' or b'01'; MatrixOne refuses any other digit.
Token Lexer::prefixed_bits() {
  bool hex = to_lower(sql_[pos_]) == 'x';
  pos_ += 2;
  while (hex ? is_hex_digit(at(pos_)) : (at(pos_) == '0' || at(pos_) == '1')) ++pos_;
  if (pos_ >= sql_.size()) return unfinished('x');
  if (sql_[pos_] != '\'') return bad();
  ++pos_;
  return make(TokenKind::hex_or_bit);
}

bool Lexer::in_word(std::size_t i) const {
  if (i >= sql_.size()) return false;
  if (is_high(sql_[i])) return !mode_.before_4 && !is_supplementary(sql_, i);
  return is_ascii_letter(sql_[i]) || is_digit(sql_[i]);
}

// Reads on over one identifier; a variable's may hold dots and quotes. What begins with '$' ends before the
// next '$'. False if there is none here; before 4.0 MatrixOne took any character for the first.
bool Lexer::identifier(bool of_variable) {
  auto belongs = [&](std::size_t i) {
    char c = at(i);
    return in_word(i) || (of_variable && (c == '.' || c == '"' || c == '`' || c == '\''));
  };
  if (!mode_.before_4 && !belongs(pos_)) return false;
  bool dollar = at(pos_) == '$';
  if (pos_ < sql_.size()) ++pos_;
  while (belongs(pos_) && !(dollar && sql_[pos_] == '$')) ++pos_;
  return true;
}

Token Lexer::word() {
  // The one introducer that MatrixOne knows; in other cases it is an ordinary word.
  constexpr std::string_view kIntroducer = "_utf8mb4";
  if (starts(kIntroducer)) {
    std::size_t i = pos_ + kIntroducer.size();
    while (i < sql_.size() && is_blank(sql_[i])) ++i;
    if (at(i) == '\'' || mode_.before_4) return introducer(i);
  }
  identifier(false);
  return make(TokenKind::word);
}

// `after`: what follows _utf8mb4 and blanks. Without a string there, MatrixOne 3 drops one identifier and
// gives the next.
Token Lexer::introducer(std::size_t after) {
  pos_ = after;
  if (at(pos_) == '\'') return quoted('\'', TokenKind::string);
  identifier(false);
  begin_ = pos_;
  identifier(false);
  return make(TokenKind::word);
}

// A word that begins with '$' ends before the next '$'; if one is there, it was the tag of a $tag$…$tag$
// string.
Token Lexer::dollar() {
  identifier(false);
  if (at(pos_) != '$') return make(TokenKind::word);
  std::string_view tag = sql_.substr(begin_, pos_ - begin_);
  if (!dollar_body()) return unfinished('$');
  std::size_t closing = pos_;
  identifier(false);
  if (pos_ >= sql_.size() && sql_.substr(closing) != tag) return unfinished('$');
  if (sql_.substr(closing, pos_ - closing) != tag) return bad();
  if (pos_ < sql_.size()) ++pos_;  // the closing tag's own '$', but MatrixOne takes any character
  return make(TokenKind::string);
}

// From the '$' that ends the tag to the next one.
bool Lexer::dollar_body() {
  for (++pos_; pos_ < sql_.size() && sql_[pos_] != '$'; ++pos_)
    if (mode_.before_4 && sql_[pos_] == '\\') ++pos_;
  return pos_ < sql_.size();
}

// At 0x or 0b. False if what follows makes it a name.
bool Lexer::based_number(char base) {
  pos_ += 2;
  std::size_t digits = pos_;
  while (base == 'x' ? is_hex_digit(at(pos_)) : (at(pos_) == '0' || at(pos_) == '1')) ++pos_;
  return pos_ != digits && !is_digit(at(pos_));
}

void Lexer::fraction_and_exponent(bool& plain) {
  if (at(pos_) == '.') {
    plain = false;
    do ++pos_;
    while (is_digit(at(pos_)));
  }
  if (to_lower(at(pos_)) != 'e') return;
  bool sign = at(pos_ + 1) == '+' || at(pos_ + 1) == '-';
  if (!sign && !is_digit(at(pos_ + 1))) return;
  plain = plain && !sign;
  pos_ += sign ? 2 : 1;
  while (is_digit(at(pos_))) ++pos_;
}

Token Lexer::number() {
  bool plain = true;
  char base = to_lower(at(pos_ + 1));
  if (sql_[pos_] == '0' && (base == 'x' || base == 'b')) {
    if (!based_number(base)) {
      bool ends = pos_ >= sql_.size();
      return ends || identifier(false) ? make(TokenKind::word) : bad();
    }
  } else {
    while (is_digit(at(pos_))) ++pos_;
    fraction_and_exponent(plain);
  }
  bool goes_on = mode_.before_4 ? is_ascii_letter(at(pos_)) : plain && in_word(pos_) && !is_digit(at(pos_));
  if (!goes_on) return make(TokenKind::number);
  std::size_t letters = pos_;
  identifier(false);  // 1abc is a name
  if (!mode_.before_4 && iequals(sql_.substr(letters, pos_ - letters), "begin")) after_numbered_begin();
  return make(TokenKind::word);
}

// MatrixOne looks behind every BEGIN for WORK or TRANSACTION. Behind the one in 1BEGIN it swallows what isn't
// a word.
void Lexer::after_numbered_begin() {
  std::size_t end = pos_;
  skip_blanks();
  bool swallowed = pos_ < sql_.size() && sql_[pos_] != ';' && !in_word(pos_);
  pos_ = swallowed ? pos_ + (is_high(sql_[pos_]) ? 4 : 1) : end;
}

// "@x", "@ x", "@`x`"; an unquoted variable's name may hold dots and quotes. Before a string, '@' stands
// alone.
Token Lexer::variable() {
  ++pos_;
  skip_blanks();
  TokenKind kind = TokenKind::variable;
  if (at(pos_) == '@') {
    kind = TokenKind::system_variable;
    ++pos_;
  } else if (at(pos_) == '\'' || at(pos_) == '"') {
    return make(TokenKind::punctuation);
  } else if (at(pos_) == ',') {
    return make(kind);
  }
  if (at(pos_) == '`') return quoted('`', kind);
  return pos_ < sql_.size() && identifier(true) ? make(kind) : bad();
}

}  // namespace mogate::rewrite::sql
