#include "rewrite/statements/snapshot_create.h"

#include "rewrite/sql/quoting.h"
#include "rewrite/statements/checkpoint.h"
#include "rewrite/statements/flush.h"
#include "rewrite/statements/scope_facts.h"
#include "rewrite/statements/snapshot_show.h"

namespace mogate::rewrite {
namespace {

constexpr std::size_t kLongestName = 64;

// v4.2 cuts a longer name without a word, v3.0 fails with a cast's text.
void check_length(sql::Cursor& in, const std::string& name) {
  if (name.size() > kLongestName)
    in.fail(protocol::SqlError{
        protocol::errc::mo_invalid_input, "invalid input: a snapshot's name has at most 64 bytes", {}});
}

void parse_with_flush(sql::Cursor& in, SnapshotCreate& out) {
  if (!in.accept("WITH")) return;
  in.expect("FLUSH");
  out.with_flush = true;
}

std::string generated_name(const Scope& scope, const Facts& facts) {
  std::string name = "snap_" + std::string(level_name(scope.level));
  return facts.name_suffix.empty() ? name : name + "_" + facts.name_suffix;
}

std::string native_scope(const Scope& scope, const Planning& p) {
  switch (scope.level) {
    case Level::cluster: return "CLUSTER";
    case Level::account:
      return "ACCOUNT " + sql::quote_name(scope.account.empty() ? p.self().account : scope.account);
    case Level::database: return "DATABASE " + sql::quote_name(scope.database);
    case Level::table: break;
  }
  return "TABLE " + sql::quote_name(scope.database) + " " + sql::quote_name(scope.table);
}

// A checkpoint flushes every table of the cluster. Before it, the tables of a database or the one table are
// flushed by name, so that they are done even where the checkpoint is slow; thousands of tables of an account
// are left to it.
std::variant<std::vector<Step>, protocol::SqlError> flush_steps(const Scope& scope, const Planning& p) {
  if (scope.level == Level::database) return database_flush_steps(p, scope.database);
  if (scope.level == Level::table) return table_flush_steps(p, {{scope.database, scope.table}});
  return std::vector<Step>{};
}

void want_flush_facts(const Scope& scope, Planning& p) {
  if (scope.level == Level::database) want_database_tables(p, scope.database);
  if (scope.level == Level::table) want_tables(p, {{scope.database, scope.table}});
}

Plan assembled(const SnapshotCreate& statement, const Scope& scope, std::vector<Step> steps,
               const Planning& p) {
  std::string name = statement.name.empty() ? generated_name(scope, p.facts()) : statement.name;
  if (statement.with_flush) steps.push_back(checkpoint_step({}));
  Step made = step(std::string("CREATE SNAPSHOT ") + (statement.if_not_exists ? "IF NOT EXISTS " : "") +
                   sql::quote_name(name) + " FOR " + native_scope(scope, p));
  made.exists_hint = "DROP SNAPSHOT " + sql::quote_name(name) + " removes it";
  steps.push_back(std::move(made));
  steps.push_back(step("SHOW SNAPSHOTS WHERE snapshot_name = " + p.literal(name)));
  Plan plan{std::move(steps), {}};
  plan.answer.kind = AnswerKind::step_rows;
  plan.answer.rows_of_step = plan.steps.size() - 1;
  plan.answer.columns = snapshot_columns();
  return plan;
}

}  // namespace

SnapshotCreate parse_snapshot_create(sql::Cursor& in) {
  SnapshotCreate out;
  if (in.accept("IF")) {
    in.expect("NOT");
    in.expect("EXISTS");
    out.if_not_exists = true;
  }
  out.name = in.name("a snapshot name");
  check_length(in, out.name);
  in.expect("FOR");
  out.scope = parse_scope(in);
  parse_with_flush(in, out);
  return out;
}

SnapshotCreate parse_snapshot_short(sql::Cursor& in) {
  SnapshotCreate out;
  out.scope = parse_scope(in);
  if (in.accept("AS")) out.name = in.name("a snapshot name");
  check_length(in, out.name);
  parse_with_flush(in, out);
  return out;
}

Planned plan_snapshot_create(const SnapshotCreate& statement, Planning& p) {
  Scope scope = statement.scope;
  if (scope.level == Level::table && scope.database.empty()) {
    p.want_database();
    if (p.waiting()) return p.questions();
    sql::TableName t{{}, scope.table};
    if (auto error = p.qualify(t)) return *error;
    scope.database = t.database;
  }
  want_scope(p, scope);
  if (statement.with_flush) want_flush_facts(scope, p);
  if (p.waiting()) return p.questions();
  if (auto error = no_such_scope(p, scope, "snapshot")) return *error;
  if (!statement.with_flush) return assembled(statement, scope, {}, p);
  auto steps = flush_steps(scope, p);
  if (auto* error = std::get_if<protocol::SqlError>(&steps)) return *error;
  return assembled(statement, scope, std::get<std::vector<Step>>(std::move(steps)), p);
}

}  // namespace mogate::rewrite
