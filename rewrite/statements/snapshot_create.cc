#include "rewrite/statements/snapshot_create.h"

#include "rewrite/sql/quoting.h"
#include "rewrite/statements/checkpoint.h"
#include "rewrite/statements/flush.h"
#include "rewrite/statements/scope_facts.h"
#include "rewrite/statements/snapshot_facts.h"
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

std::string removal(const std::string& name) {
  return "DROP SNAPSHOT " + sql::quote_name(name) + " removes it";
}

Plan assembled(const SnapshotCreate& statement, const Scope& scope, std::vector<Step> steps,
               const Planning& p) {
  std::string name = statement.name.empty() ? generated_name(scope, p.facts()) : statement.name;
  if (statement.with_flush) steps.push_back(checkpoint_step({}));
  Step made = step(std::string("CREATE SNAPSHOT ") + (statement.if_not_exists ? "IF NOT EXISTS " : "") +
                   sql::quote_name(name) + " FOR " + native_scope(scope));
  made.exists_hint = removal(name);
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
  out.if_not_exists = in.accept_if_not_exists();
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
  if (scope.level == Level::account && scope.account.empty()) scope.account = p.self().account;
  std::optional<protocol::SqlError> error;
  if (!qualify_scope(scope, p, error)) return p.questions();
  if (error) return *error;
  want_scope(p, scope);
  bool may_exist = statement.name.empty() || statement.if_not_exists;
  if (!may_exist) want_snapshot(p, "named", statement.name);
  if (statement.with_flush) want_flush_facts(scope, p);
  if (p.waiting()) return p.questions();
  if (auto missing = no_such_scope(p, scope, "snapshot")) return *missing;
  if (!may_exist && p.any("named"))
    return internal_error("snapshot " + statement.name + " already exists; " + removal(statement.name));
  if (!statement.with_flush) return assembled(statement, scope, {}, p);
  auto steps = flush_steps(scope, p);
  if (auto* refused = std::get_if<protocol::SqlError>(&steps)) return *refused;
  return assembled(statement, scope, std::get<std::vector<Step>>(std::move(steps)), p);
}

}  // namespace mogate::rewrite
