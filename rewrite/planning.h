// What the planners of all statements share: asking for facts, reading them, writing native SQL.
#pragma once

#include "protocol/error.h"
#include "rewrite/dialect.h"
#include "rewrite/plan.h"
#include "rewrite/sql/cursor.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::rewrite {

class Planning {
 public:
  Planning(const Dialect& dialect, const Facts& facts) : dialect_(dialect), facts_(facts) {}

  const Dialect& dialect() const { return dialect_; }
  const Facts& facts() const { return facts_; }
  const Identity& self() const { return facts_.identity; }

  // Notes a read that is needed; one that was answered before is not asked for again.
  void want(std::string key, std::string sql, bool may_fail = false);
  bool waiting() const { return !questions_.empty(); }
  Planned questions() { return std::move(questions_); }

  const Rows& rows(std::string_view key) const;
  bool any(std::string_view key) const { return !rows(key).rows.empty(); }
  // One cell as text, NULL and missing ones as "".
  std::string cell(std::string_view key, std::size_t row = 0, std::size_t column = 0) const;
  // It was asked for, and read.
  bool answered(std::string_view key) const { return facts_.reads.count(std::string(key)) != 0; }
  bool failed(std::string_view key) const { return facts_.failures.count(std::string(key)) != 0; }
  // True if some row's first column is `value`.
  bool holds(std::string_view key, std::string_view value) const;

  // The current database, for names without one.
  void want_database() { want("database", "SELECT DATABASE()"); }
  // Fills in the current database; the error if there is none. Needs want_database() answered if `t` has
  // none.
  std::optional<protocol::SqlError> qualify(sql::TableName& t) const;

  std::string literal(std::string_view value) const;
  // `d`.`t`
  static std::string dotted(const sql::TableName& t);
  // "mo_catalog.mo_tables … where" conditions for the session's own account.
  std::string own_account() const { return "account_id = " + std::to_string(self().account_id); }

 private:
  const Dialect& dialect_;
  const Facts& facts_;
  std::vector<FactQuery> questions_;
};

// A step that shows itself as it is.
Step step(std::string native_sql);
// An OK answer.
Plan ok_plan(std::vector<Step> steps = {}, std::string info = {});
protocol::SqlError internal_error(std::string text);
protocol::SqlError unknown_database(std::string_view name);
// The refusal for what only account sys in role moadmin may do.
protocol::SqlError sys_needed();

inline constexpr std::array<std::string_view, 7> kSystemDatabases{
    "information_schema", "mo_catalog", "mo_debug", "mo_task", "mysql", "system", "system_metrics"};
bool is_system_database(std::string_view name);

}  // namespace mogate::rewrite
