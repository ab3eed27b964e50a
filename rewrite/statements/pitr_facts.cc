#include "rewrite/statements/pitr_facts.h"

#include <algorithm>
#include <charconv>

namespace mogate::rewrite {
namespace {

std::uint64_t hours_of(const std::string& length, const std::string& unit) {
  std::uint64_t n = 0;
  std::from_chars(length.data(), length.data() + length.size(), n);
  if (unit == "d") return n * 24;
  if (unit == "mo") return n * 24 * 30;
  if (unit == "y") return n * 24 * 365;
  return n;
}

// A level that has no such name shows '*'.
std::string name_or_empty(std::string text) { return text == "*" ? std::string() : text; }

}  // namespace

void want_pitrs(Planning& p) { p.want("pitrs", "SHOW PITR"); }

std::vector<Pitr> read_pitrs(const Planning& p) {
  std::vector<Pitr> out;
  for (std::size_t i = 0; i < p.rows("pitrs").rows.size(); ++i) {
    auto column = [&](std::size_t c) { return name_or_empty(p.cell("pitrs", i, c)); };
    out.push_back({column(0),
                   {level_from(column(3)), column(4), column(5), column(6)},
                   hours_of(column(7), column(8))});
  }
  return out;
}

std::optional<Pitr> find_pitr(const Planning& p, std::string_view name) {
  auto all = read_pitrs(p);
  auto found = std::find_if(all.begin(), all.end(), [&](const Pitr& one) { return one.name == name; });
  return found == all.end() ? std::nullopt : std::optional(*found);
}

protocol::SqlError no_such_pitr(std::string_view name) {
  return internal_error("pitr " + std::string(name) + " does not exist; SHOW PITR lists those that do");
}

bool covers(const Pitr& pitr, const Scope& scope) {
  const Scope& own = pitr.scope;
  if (own.level == Level::cluster) return true;
  if (own.account != scope.account || own.level > scope.level) return false;
  if (own.level == Level::account) return true;
  return own.database == scope.database && (own.level == Level::database || own.table == scope.table);
}

std::vector<ColumnSpec> pitr_columns() {
  constexpr std::uint8_t kTiny = 1, kDateTime = 12;
  return {{"PITR_NAME"},
          {"CREATED_TIME", kDateTime},
          {"MODIFIED_TIME", kDateTime},
          {"PITR_LEVEL"},
          {"ACCOUNT_NAME"},
          {"DATABASE_NAME"},
          {"TABLE_NAME"},
          {"PITR_LENGTH", kTiny},
          {"PITR_UNIT"}};
}

}  // namespace mogate::rewrite
