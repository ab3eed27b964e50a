#include "rewrite/planning.h"

#include "rewrite/sql/quoting.h"

#include <algorithm>

namespace mogate::rewrite {

void Planning::want(std::string key, std::string sql, bool may_fail) {
  if (facts_.reads.count(key) != 0 || facts_.failures.count(key) != 0) return;
  questions_.push_back({std::move(key), std::move(sql), may_fail});
}

const Rows& Planning::rows(std::string_view key) const {
  static const Rows none;
  auto it = facts_.reads.find(std::string(key));
  return it == facts_.reads.end() ? none : it->second;
}

std::string Planning::cell(std::string_view key, std::size_t row, std::size_t column) const {
  const auto& all = rows(key).rows;
  if (row >= all.size() || column >= all[row].size()) return {};
  return all[row][column].value_or("");
}

bool Planning::holds(std::string_view key, std::string_view value) const {
  const auto& all = rows(key).rows;
  return std::any_of(all.begin(), all.end(),
                     [&](const auto& row) { return !row.empty() && row[0] == value; });
}

std::optional<protocol::SqlError> Planning::qualify(sql::TableName& t) const {
  if (t.database.empty()) t.database = sql::fold(cell("database"));
  if (!t.database.empty()) return std::nullopt;
  return protocol::SqlError{protocol::errc::no_db, "No database selected", {}};
}

std::string Planning::literal(std::string_view value) const { return sql::quote_string(value, facts_.mode); }

std::string Planning::dotted(const sql::TableName& t) {
  return sql::quote_name(t.database) + "." + sql::quote_name(t.table);
}

Step step(std::string native_sql) {
  Step s;
  s.shown = native_sql;
  s.native_sql = std::move(native_sql);
  return s;
}

Plan ok_plan(std::vector<Step> steps, std::string info) {
  Plan plan{std::move(steps), {}};
  plan.answer.info = std::move(info);
  return plan;
}

protocol::SqlError internal_error(std::string text) {
  return {protocol::errc::mo_internal, "internal error: " + std::move(text), {}};
}

protocol::SqlError unknown_database(std::string_view name) {
  return {protocol::errc::bad_db, "Unknown database " + std::string(name), {}};
}

protocol::SqlError sys_needed() { return protocol::privilege_error("needs account sys with role moadmin"); }

bool is_system_database(std::string_view name) {
  return std::find(kSystemDatabases.begin(), kSystemDatabases.end(), name) != kSystemDatabases.end();
}

}  // namespace mogate::rewrite
