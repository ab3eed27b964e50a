#include "rewrite/statements/pitr.h"

#include "rewrite/sql/quoting.h"
#include "rewrite/statements/pitr_facts.h"
#include "rewrite/statements/scope_facts.h"

#include <array>
#include <utility>

namespace mogate::rewrite {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kUnits{{{"HOUR", "h"},
                                                                               {"HOURS", "h"},
                                                                               {"DAY", "d"},
                                                                               {"DAYS", "d"},
                                                                               {"MONTH", "mo"},
                                                                               {"MONTHS", "mo"},
                                                                               {"YEAR", "y"},
                                                                               {"YEARS", "y"}}};

constexpr std::uint64_t kLongestRange = 100;  // of every unit

struct ParsedRange {
  PitrRange range;
  bool native = false;  // the unit in quotes
};

void check_length(sql::Cursor& in, const PitrRange& range) {
  if (range.length == 0 || range.length > kLongestRange)
    in.fail(internal_error("invalid pitr value " + std::to_string(range.length) + ": RANGE takes 1 to " +
                           std::to_string(kLongestRange)));
}

ParsedRange parse_range(sql::Cursor& in) {
  in.expect("RANGE");
  ParsedRange out;
  out.range.length = in.number("a number");
  out.native = in.peek().kind == sql::TokenKind::string;
  if (out.native) return out.range.unit = in.string("a unit"), out;
  for (auto [word, unit] : kUnits) {
    if (!in.accept(word)) continue;
    out.range.unit = unit;
    check_length(in, out.range);
    return out;
  }
  in.fail("HOURS, DAYS, MONTHS or YEARS");
  return out;
}

std::string range_text(const PitrRange& range, std::string_view unit_literal) {
  return " RANGE " + std::to_string(range.length) + " " + std::string(unit_literal);
}

std::string scope_text(const Scope& scope) {
  switch (scope.level) {
    case Level::cluster: return "CLUSTER";
    case Level::account:
      return scope.account.empty() ? "ACCOUNT" : "ACCOUNT " + sql::quote_name(scope.account);
    case Level::database: return "DATABASE " + sql::quote_name(scope.database);
    case Level::table: break;
  }
  return "TABLE " + sql::quote_name(scope.database) + " " + sql::quote_name(scope.table);
}

std::string condition(const Scope& scope, const Planning& p) {
  std::string out = "pitr_level = " + p.literal(level_name(scope.level));
  if (!scope.account.empty()) out += " AND account_name = " + p.literal(scope.account);
  if (!scope.database.empty()) out += " AND database_name = " + p.literal(scope.database);
  if (!scope.table.empty()) out += " AND table_name = " + p.literal(scope.table);
  return out;
}

// TABLE t means the current database's.
bool qualify(Scope& scope, Planning& p, std::optional<protocol::SqlError>& error) {
  if (scope.level != Level::table || !scope.database.empty()) return true;
  p.want_database();
  if (p.waiting()) return false;
  sql::TableName t{{}, scope.table};
  error = p.qualify(t);
  scope.database = t.database;
  return true;
}

// MatrixOne writes a table's names side by side; with a dot, or alone, they are ours.
bool is_native_scope(sql::Cursor in) {
  if (!in.accept("TABLE")) return true;
  in.take();
  return !in.peek().is('.') && !in.peek().is("RANGE");
}

bool is_level(const sql::Token& t) {
  return t.is("CLUSTER") || t.is("ACCOUNT") || t.is("DATABASE") || t.is("TABLE");
}

}  // namespace

std::optional<CreatePitr> parse_create_pitr(sql::Cursor& in) {
  CreatePitr out;
  if (in.accept("IF", "NOT")) {
    in.expect("EXISTS");
    out.if_not_exists = true;
  }
  out.name = in.name("a pitr name");
  bool native = true;
  out.scope.level = Level::account;
  if (in.accept("FOR")) {
    native = is_native_scope(in);
    // DATABASE d TABLE t, which MatrixOne reads too.
    out.scope = parse_scope(in);
    if (in.peek().is("TABLE")) return std::nullopt;
  }
  auto range = parse_range(in);
  native = native && range.native;
  if (native) return std::nullopt;
  out.range = range.range;
  return out;
}

std::optional<AlterPitr> parse_alter_pitr(sql::Cursor& in) {
  AlterPitr out;
  out.if_exists = in.accept("IF", "EXISTS");
  out.name = in.name("a pitr name");
  auto range = parse_range(in);
  if (range.native) return std::nullopt;
  out.range = range.range;
  return out;
}

std::optional<ShowPitr> parse_show_pitr(sql::Cursor& in) {
  ShowPitr out;
  if (in.accept("LIKE")) out.like = in.string("a pattern in quotes");
  if (is_level(in.peek())) out.scope = parse_scope(in);
  if (!out.like && !out.scope) return std::nullopt;
  return out;
}

Planned plan_create_pitr(const CreatePitr& statement, Planning& p) {
  Scope scope = statement.scope;
  std::optional<protocol::SqlError> error;
  if (!qualify(scope, p, error)) return p.questions();
  if (error) return *error;
  want_scope(p, scope);
  if (p.waiting()) return p.questions();
  if (auto missing = no_such_scope(p, scope, "pitr")) return *missing;
  return ok_plan({step(std::string("CREATE PITR ") + (statement.if_not_exists ? "IF NOT EXISTS " : "") +
                       sql::quote_name(statement.name) + " FOR " + scope_text(scope) +
                       range_text(statement.range, p.literal(statement.range.unit)))});
}

Planned plan_alter_pitr(const AlterPitr& statement) {
  return ok_plan({step(std::string("ALTER PITR ") + (statement.if_exists ? "IF EXISTS " : "") +
                       sql::quote_name(statement.name) +
                       range_text(statement.range, sql::quote_string(statement.range.unit)))});
}

Planned plan_show_pitr(const ShowPitr& statement, Planning& p) {
  std::string where;
  if (statement.like) where = "pitr_name LIKE " + p.literal(*statement.like);
  if (statement.scope) {
    Scope scope = *statement.scope;
    std::optional<protocol::SqlError> error;
    if (!qualify(scope, p, error)) return p.questions();
    if (error) return *error;
    where += (where.empty() ? "" : " AND ") + condition(scope, p);
  }
  Plan plan{{step("SHOW PITR WHERE " + where)}, {}};
  plan.answer.kind = AnswerKind::step_rows;
  plan.answer.columns = pitr_columns();
  return plan;
}

}  // namespace mogate::rewrite
