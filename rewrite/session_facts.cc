#include "rewrite/session_facts.h"

#include <charconv>
#include <cstdint>
#include <string>

namespace mogate::rewrite {
namespace {

std::uint32_t number(const std::optional<std::string>& text) {
  std::uint32_t value = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

}  // namespace

std::optional<Identity> read_identity(const Rows& rows) {
  if (rows.rows.size() != 1 || rows.rows[0].size() != 4) return std::nullopt;
  const auto& row = rows.rows[0];
  Identity identity{number(row[0]), row[1].value_or(""), number(row[2]), row[3].value_or("")};
  if (!row[0] || !row[2]) identity.account_id = identity.role_id = ~0U;
  return identity;
}

bool is_stale(const Identity& identity) { return identity.account_id == 0 && identity.account != "sys"; }

sql::SqlMode read_sql_mode(const Rows& rows) {
  sql::SqlMode mode;
  if (rows.rows.empty() || rows.rows[0].empty()) return mode;
  std::string value = rows.rows[0][0].value_or("");
  mode.ansi_quotes = value.find("ANSI") != std::string::npos;  // ANSI alone means ANSI_QUOTES too
  mode.no_backslash_escapes = value.find("NO_BACKSLASH_ESCAPES") != std::string::npos;
  return mode;
}

}  // namespace mogate::rewrite
