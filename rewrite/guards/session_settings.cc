#include "rewrite/guards/session_settings.h"

#include "rewrite/sql/quoting.h"

#include <array>
#include <string>

namespace mogate::rewrite {
namespace {

// With the first on, comments rewrite statements; the second is a rewrite of every later statement.
constexpr std::array<std::string_view, 2> kRemapping{"enable_remap_hint", "remap_rewrites"};

protocol::SqlError numbering_is_ours() {
  return {protocol::errc::mo_not_supported,
          "not supported: SET CONNECTION ID: the gateway numbers its sessions, KILL takes what "
          "connection_id() says",
          {}};
}

}  // namespace

bool is_remapping_variable(const sql::Token& t, sql::SqlMode mode) {
  if (!t.is_name() && t.kind != sql::TokenKind::system_variable) return false;
  std::string name = sql::fold(sql::unquote(t, mode));
  for (std::string_view variable : kRemapping)
    if (name.find(variable) != std::string::npos) return true;
  return false;
}

bool may_change_sql_mode(std::string_view statement, sql::SqlMode mode) {
  sql::Cursor in(statement, mode);
  if (in.peek().is("EXECUTE") || in.peek().is("CALL")) return true;
  if (!in.accept("SET")) return false;
  for (; !in.peek().is_end(); in.take()) {
    const sql::Token& t = in.peek();
    bool names = t.is_name() || t.kind == sql::TokenKind::system_variable;
    if (names && sql::fold(sql::unquote(t, mode)).find("sql_mode") != std::string::npos) return true;
  }
  return false;
}

Parsed judge_set(std::string_view statement, sql::SqlMode mode, const GuardSettings& guards) {
  sql::Cursor in(statement, mode);
  in.accept("SET");
  if (guards.set_connection_id && in.peek().is("CONNECTION") && in.peek2().is("ID"))
    return numbering_is_ours();
  for (; guards.remap_hint && !in.peek().is_end(); in.take())
    if (is_remapping_variable(in.peek(), mode) && (in.peek2().is('=') || in.peek2().is(':')))
      return Statement{NeedsSys{sql::fold(sql::unquote(in.peek(), mode))}};
  return NotOurs{};
}

}  // namespace mogate::rewrite
