#include "rewrite/sql/cursor.h"

#include "rewrite/mask_uris.h"
#include "rewrite/sql/quoting.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace mogate::rewrite::sql {
namespace {

// Words that continue one of the gateway's statements and so are no names unless back-quoted.
constexpr std::array<std::string_view, 13> kReserved{"AS",    "DATABASE", "FOR",   "FROM", "IDENTIFIED",
                                                     "LIKE",  "LIMIT",    "RANGE", "READ", "SELECT",
                                                     "TABLE", "TO",       "WITH"};
constexpr std::size_t kLongestNear = 1024;  // as MatrixOne cuts it

std::string quoted_char(char c) { return std::string("'") + c + "'"; }

}  // namespace

protocol::SqlError syntax_error(std::string_view sql, const Token& token, std::string_view expected) {
  std::string_view before = sql.substr(0, token.end);
  auto line = std::count(before.begin(), before.end(), '\n') + 1;
  auto nl = before.rfind('\n');
  auto column = nl == std::string_view::npos ? before.size() : before.size() - nl;
  std::string text =
      "SQL parser error: You have an error in your SQL syntax; check the manual that corresponds to your "
      "MatrixOne "
      "server version for the right syntax to use. syntax error at line " +
      std::to_string(line) + " column " + std::to_string(column) + " near \"";
  text.append(mask_uris(sql.substr(token.near)), 0, kLongestNear).append("\";");
  if (!expected.empty()) text.append(" expected ").append(expected);
  return {protocol::errc::parse_error, std::move(text), {}};
}

void Cursor::step() {
  now_ = after_;
  // To MatrixOne's grammar a hint is a comment.
  do after_ = lexer_.next();
  while (after_.kind == TokenKind::hint);
}

Token Cursor::take() {
  Token t = now_;
  step();
  return t;
}

bool Cursor::accept(std::string_view keyword) {
  if (!now_.is(keyword)) return false;
  step();
  return true;
}

bool Cursor::accept(char punctuation) {
  if (!now_.is(punctuation)) return false;
  step();
  return true;
}

bool Cursor::accept(std::string_view first, std::string_view second) {
  if (!now_.is(first) || !after_.is(second)) return false;
  step();
  step();
  return true;
}

bool Cursor::accept_if_exists() {
  if (!accept("IF")) return false;
  expect("EXISTS");
  return true;
}

bool Cursor::accept_if_not_exists() {
  if (!accept("IF")) return false;
  expect("NOT");
  expect("EXISTS");
  return true;
}

void Cursor::expect(std::string_view keyword) {
  if (!accept(keyword)) fail(keyword);
}

void Cursor::expect(char punctuation) {
  if (!accept(punctuation)) fail(quoted_char(punctuation));
}

bool Cursor::at_name() const {
  if (now_.kind == TokenKind::quoted_word) return true;
  return now_.kind == TokenKind::word &&
         std::none_of(kReserved.begin(), kReserved.end(), [&](auto word) { return now_.is(word); });
}

std::string Cursor::name(std::string_view what) {
  if (!at_name()) return fail(what), std::string();
  return fold(unquote(take(), mode()));
}

TableName Cursor::table() {
  TableName t{{}, name("a table name")};
  if (!accept('.')) return t;
  t.database = std::move(t.table);
  t.table = name("a table name");
  return t;
}

const Param* Cursor::next_param() {
  return used_params_ < params_.size() ? &params_[used_params_++] : nullptr;
}

std::string Cursor::text_param(std::string_view what) {
  if (placeholders_ == Placeholders::refused) return fail(what), std::string();
  const Param* p = placeholders_ == Placeholders::bound ? next_param() : nullptr;
  if (placeholders_ == Placeholders::bound && (p == nullptr || p->kind == Param::Kind::null))
    return fail(what), std::string();
  step();
  return p == nullptr ? "?" : p->value;
}

std::string Cursor::string(std::string_view what) {
  if (now_.kind == TokenKind::placeholder) return text_param(what);
  if (now_.kind != TokenKind::string) return fail(what), std::string();
  return unquote(take(), mode());
}

std::uint64_t Cursor::number(std::string_view what) {
  bool bound = now_.kind == TokenKind::placeholder;
  if (bound && placeholders_ == Placeholders::declared) return step(), 1;
  if (!bound && now_.kind != TokenKind::number) return fail(what), 0;
  Token at = now_;
  std::string digits = bound ? text_param(what) : std::string(take().text);
  std::uint64_t value = 0;
  auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (ec == std::errc() && end == digits.data() + digits.size()) return value;
  fail(syntax_error(text(), at, what));
  return 0;
}

void Cursor::end() {
  while (accept(';')) continue;
  if (now_.kind != TokenKind::end) fail("the end of the statement");
}

void Cursor::fail(std::string_view expected) {
  if (!failed()) fail(syntax_error(text(), now_, expected));
}

void Cursor::fail(protocol::SqlError error) {
  if (failed()) return;
  error_ = std::move(error);
  now_ = after_ = Token{};
  lexer_ = Lexer({}, lexer_.mode());
}

}  // namespace mogate::rewrite::sql
