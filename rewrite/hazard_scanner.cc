#include "rewrite/hazard_scanner.h"

#include "rewrite/sql/characters.h"

#include <algorithm>

namespace mogate::rewrite {
namespace {

using sql::Token;
using sql::TokenKind;

constexpr std::size_t kLongest = HazardJudge::kLongest;
constexpr std::size_t kAhead = 16;  // as far as the lexer looks beyond a token and the blanks behind it

std::size_t skip_blanks(std::string_view s, std::size_t i) {
  while (i < s.size() && sql::is_blank(s[i])) ++i;
  return i;
}

bool is_hex_number(const Token& t) {
  return t.kind == TokenKind::number && t.text.size() > 1 && sql::to_lower(t.text[1]) == 'x';
}

bool is_hex_literal(const Token& t) {
  return t.kind == TokenKind::hex_or_bit && sql::to_lower(t.text[0]) == 'x';
}

bool is_plain_string(const Token& t) { return t.kind == TokenKind::string && t.text[0] != '$'; }

}  // namespace

Hazard HazardScanner::feed(std::string_view piece) {
  while (!piece.empty() && found() == Hazard::none && in_ != In::refused) {
    if (in_ != In::code) {
      piece.remove_prefix(pass_over(piece));
      continue;
    }
    held_ += piece;
    piece = {};
    lex(false);
  }
  return found();
}

Hazard HazardScanner::finish() {
  if (in_ == In::code && found() == Hazard::none) lex(true);
  bool unterminated = in_ == In::refused || in_ == In::block_comment ||
                      (in_ == In::string && last_ != quote_) || (in_ == In::hex && quote_ != 0);
  if (!unterminated) judge_.end();
  return found();
}

// How many bytes of `s` belong to what is being passed over; fewer than all only if it ended.
std::size_t HazardScanner::pass_over(std::string_view s) {
  switch (in_) {
    case In::string: return pass_string(s);
    case In::line_comment: return pass_line(s);
    case In::block_comment: return pass_block(s);
    case In::hex: return pass_hex(s);
    case In::code:
    case In::refused: break;
  }
  return s.size();
}

std::size_t HazardScanner::passed(std::size_t length) {
  in_ = In::code;
  last_ = 0;
  return length;
}

std::size_t HazardScanner::pass_string(std::string_view s) {
  char stops[2] = {quote_, mode_.no_backslash_escapes ? quote_ : '\\'};
  std::size_t i = 0;
  if (last_ == quote_ && s[0] != quote_) return passed(0);
  if (last_ != 0) i = 1, last_ = 0;
  while ((i = s.find_first_of(std::string_view(stops, 2), i)) != std::string_view::npos) {
    if (i + 1 == s.size()) return last_ = s[i], s.size();
    if (s[i] == quote_ && s[i + 1] != quote_) return passed(i + 1);
    i += 2;
  }
  return s.size();
}

std::size_t HazardScanner::pass_line(std::string_view s) {
  auto nl = s.find('\n');
  return nl == std::string_view::npos ? s.size() : passed(nl + 1);
}

std::size_t HazardScanner::pass_block(std::string_view s) {
  if (last_ == '*' && s[0] == '/') return passed(1);
  auto end = s.find("*/");
  if (end != std::string_view::npos) return passed(end + 2);
  last_ = s.back();
  return s.size();
}

std::size_t HazardScanner::pass_hex(std::string_view s) {
  std::size_t i = 0;
  while (i < s.size() && sql::is_hex_digit(s[i])) ++i;
  if (i == s.size()) return i;
  if (quote_ != 0 && s[i] == quote_) return passed(i + 1);
  if (quote_ != 0) return in_ = In::refused, i;
  if (sql::is_ascii_letter(s[i]) || sql::is_high(s[i])) judge_.take_too_long(false);
  return passed(i);
}

void HazardScanner::lex(bool last) {
  sql::Lexer lexer(held_, mode_, versioned_);
  std::size_t done = 0;
  for (;;) {
    Token t = lexer.next();
    if (t.is_end()) {
      bool open = lexer.open() != 0;
      bool refused = t.kind == TokenKind::bad && !open;
      done = refused ? at_refusal(t, done, last) : open ? at_open(lexer, last) : at_end(lexer, done, last);
      break;
    }
    if (!last && !is_whole(t)) {
      done = at_unfinished(t, done);
      break;
    }
    take(t);
    if (found() != Hazard::none) return;
    done = lexer.position();
    versioned_ = lexer.versioned();
  }
  held_.erase(0, done);
}

// False if more text could make another token of it.
bool HazardScanner::is_whole(const Token& t) const {
  if (is_plain_string(t)) return t.end < held_.size();
  return skip_blanks(held_, t.end) + kAhead <= held_.size();
}

void HazardScanner::take(const Token& t) {
  Token shown = t;
  bool is_long = t.text.size() > kLongest;
  if (is_long && is_hex_number(t)) is_long = t.end < held_.size() && sql::is_high(held_[t.end]);
  if (is_long && is_hex_literal(t)) is_long = false;
  if (t.text.size() > kLongest && !is_long) shown = {TokenKind::number, 0, 0, 0, {}};
  if (is_long && is_plain_string(t)) {
    is_long = t.text.find_first_of("'\"") > kLongest;  // _utf8mb4, blanks, string
    shown = {TokenKind::string, 0, 0, 0, {}};
  }
  if (is_long) return void(too_long(t.kind == TokenKind::hint));
  judge_.take(shown);
  watch_.take(shown);
}

std::size_t HazardScanner::too_long(bool hint) {
  judge_.take_too_long(hint);
  return held_.size();
}

// Only blanks and comments were left. Their last characters may yet turn out to begin something.
std::size_t HazardScanner::at_end(const sql::Lexer& lexer, std::size_t done, bool last) {
  std::size_t tail = held_.size() - std::min(held_.size(), kAhead);
  std::string_view end = std::string_view(held_).substr(tail);
  bool unclear = end.find("/*!") != std::string_view::npos || end.find('\'') != std::string_view::npos;
  if (unclear && !last) return done;
  versioned_ = lexer.versioned();
  return held_.size();
}

std::size_t HazardScanner::at_refusal(const Token& t, std::size_t done, bool last) {
  bool decided = last || skip_blanks(held_, t.begin + 1) + kAhead <= held_.size();
  if (!decided) return shorten_blanks(t.begin + 1), done;
  in_ = In::refused;
  return held_.size();
}

// The text ends inside something: what is short is held until its end comes, what is long is passed over.
std::size_t HazardScanner::at_open(const sql::Lexer& lexer, bool last) {
  char open = lexer.open();
  std::size_t begin = lexer.open_begin();
  versioned_ = lexer.versioned();
  if (last) {
    if (open != '-') in_ = In::refused;
    return held_.size();
  }
  if (held_.size() - begin <= kLongest) return begin;
  if (open == '-') return leave(In::line_comment, held_.size());
  if (open == '*') return leave(In::block_comment, begin + 2);
  bool string = open == '\'' || (open == '"' && !mode_.ansi_quotes);
  std::size_t quote = held_.find(open == 'x' ? '\'' : open, begin);
  bool hex = open == 'x' && sql::to_lower(held_[begin]) == 'x';
  if ((!string && !hex) || quote - begin > kLongest) return too_long(open == '+');
  quote_ = held_[quote];
  return leave(string ? In::string : In::hex, quote + 1);
}

// Passes over `held_` from `content` on, to its end.
std::size_t HazardScanner::leave(In in, std::size_t content) {
  in_ = in;
  last_ = 0;
  if (in == In::string) judge_.take({TokenKind::string, 0, 0, 0, {}});
  if (in == In::hex) judge_.take({TokenKind::number, 0, 0, 0, {}});
  std::string_view rest = std::string_view(held_).substr(content);
  if (!rest.empty()) pass_over(rest);
  return held_.size();
}

// The last token, with nothing but blanks and a few characters behind it.
std::size_t HazardScanner::at_unfinished(const Token& t, std::size_t done) {
  if (t.text.size() <= kLongest) return shorten_blanks(t.end), done;
  quote_ = 0;
  if (is_hex_number(t) && t.end == held_.size()) return leave(In::hex, t.begin + 2);
  bool ends_here = is_plain_string(t) && t.end == held_.size();
  if (!ends_here) return is_hex_number(t) || is_hex_literal(t) ? done : too_long(t.kind == TokenKind::hint);
  std::size_t quote = held_.find_first_of("'\"", t.begin);
  if (quote - t.begin > kLongest) return too_long(false);
  quote_ = held_[quote];
  return leave(In::string, quote + 1);
}

// A run of blanks means as much as a few.
void HazardScanner::shorten_blanks(std::size_t from) {
  std::size_t end = skip_blanks(held_, from);
  if (end - from > 2 * kAhead) held_.erase(from + kAhead, end - from - kAhead);
}

}  // namespace mogate::rewrite
