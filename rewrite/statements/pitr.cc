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

std::string condition(const Scope& scope, const Planning& p) {
  std::string out = "pitr_level = " + p.literal(level_name(scope.level));
  if (!scope.account.empty()) out += " AND account_name = " + p.literal(scope.account);
  if (!scope.database.empty()) out += " AND database_name = " + p.literal(scope.database);
  if (!scope.table.empty()) out += " AND table_name = " + p.literal(scope.table);
  return out;
}

// MatrixOne writes a table's names side by side; with a dot, or alone, they are ours.
bool is_native_scope(sql::Cursor in) {
  if (!in.accept("TABLE")) return true;
  in.take();
  return !in.peek().is('.') && !in.peek().is("RANGE");
}

// A name is one PITR's, and a thing has one.
std::optional<protocol::SqlError> in_the_way(const CreatePitr& statement, Scope scope, const Planning& p) {
  if (scope.level != Level::cluster && scope.account.empty()) scope.account = p.self().account;
  for (const Pitr& one : read_pitrs(p)) {
    std::string change = "; ALTER PITR " + sql::quote_name(one.name) + " changes how far it reaches";
    if (one.name == statement.name) return internal_error("pitr " + one.name + " already exists" + change);
    if (one.scope == scope)
      return internal_error(native_scope(scope) + " already has a pitr, " + one.name + change);
  }
  return std::nullopt;
}

bool is_level(const sql::Token& t) {
  return t.is("CLUSTER") || t.is("ACCOUNT") || t.is("DATABASE") || t.is("TABLE");
}

}  // namespace

std::optional<CreatePitr> parse_create_pitr(sql::Cursor& in) {
  CreatePitr out;
  out.if_not_exists = in.accept_if_not_exists();
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
  out.if_exists = in.accept_if_exists();
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
  if (!qualify_scope(scope, p, error)) return p.questions();
  if (error) return *error;
  want_scope(p, scope);
  if (!statement.if_not_exists) want_pitrs(p);
  if (p.waiting()) return p.questions();
  if (auto missing = no_such_scope(p, scope, "pitr")) return *missing;
  if (auto taken = statement.if_not_exists ? std::nullopt : in_the_way(statement, scope, p)) return *taken;
  return ok_plan({step(std::string("CREATE PITR ") + (statement.if_not_exists ? "IF NOT EXISTS " : "") +
                       sql::quote_name(statement.name) + " FOR " + native_scope(scope) +
                       range_text(statement.range, p.literal(statement.range.unit)))});
}

Planned plan_alter_pitr(const AlterPitr& statement, Planning& p) {
  if (!statement.if_exists) want_pitrs(p);
  if (p.waiting()) return p.questions();
  if (!statement.if_exists && !find_pitr(p, statement.name)) return no_such_pitr(statement.name);
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
    if (!qualify_scope(scope, p, error)) return p.questions();
    if (error) return *error;
    where += (where.empty() ? "" : " AND ") + condition(scope, p);
  }
  Plan plan{{step("SHOW PITR WHERE " + where)}, {}};
  plan.answer.kind = AnswerKind::step_rows;
  plan.answer.columns = pitr_columns();
  return plan;
}

}  // namespace mogate::rewrite
