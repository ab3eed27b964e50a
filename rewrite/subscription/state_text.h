// Values in the state's SQL, and cells of its answers.
#pragma once

#include "rewrite/sql/quoting.h"
#include "rewrite/statement_run.h"
#include "rewrite/subscription/state.h"

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace mogate::rewrite::state_sql {

// As much of it as the column holds, cut between characters.
inline constexpr std::size_t kLongestMessage = 4900;

inline std::string text(std::string_view value) { return sql::quote_string(value); }

inline std::string message(std::string_view value) {
  if (value.size() > kLongestMessage) value = value.substr(0, kLongestMessage);
  while (!value.empty() && (static_cast<unsigned char>(value.back()) & 0xC0) == 0x80) value.remove_suffix(1);
  if (!value.empty() && static_cast<unsigned char>(value.back()) >= 0xC0) value.remove_suffix(1);
  return text(value);
}

inline std::string number(std::uint64_t value) { return std::to_string(value); }

inline std::string number(SubscriptionState state) { return std::to_string(static_cast<int>(state)); }
inline std::string number(IterationState state) { return std::to_string(static_cast<int>(state)); }

inline std::string name_or_null(std::string_view name) { return name.empty() ? "null" : text(name); }

inline std::string cell(const Rows& rows, std::size_t row, std::size_t column) {
  return rows.rows[row].size() > column ? rows.rows[row][column].value_or("") : "";
}

inline std::uint64_t count(const Rows& rows, std::size_t row, std::size_t column) {
  std::uint64_t value = 0;
  std::string digits = cell(rows, row, column);
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

}  // namespace mogate::rewrite::state_sql
