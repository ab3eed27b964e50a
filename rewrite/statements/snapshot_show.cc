#include "rewrite/statements/snapshot_show.h"

#include "rewrite/statements/scope_facts.h"

namespace mogate::rewrite {
namespace {

std::string scope_condition(const Scope& scope, const Planning& p) {
  switch (scope.level) {
    case Level::cluster: return "snapshot_level = 'cluster'";
    case Level::account:
      return "account_name = " + p.literal(scope.account.empty() ? p.self().account : scope.account);
    case Level::database: return "database_name = " + p.literal(scope.database);
    case Level::table: break;
  }
  return "database_name = " + p.literal(scope.database) + " AND table_name = " + p.literal(scope.table);
}

}  // namespace

SnapshotShow parse_snapshot_show(sql::Cursor& in) {
  SnapshotShow out;
  if (in.accept("LIKE")) out.like = in.string("a pattern in quotes");
  if (!in.peek().is_end() && !in.peek().is(';')) out.scope = parse_scope(in);
  return out;
}

Planned plan_snapshot_show(const SnapshotShow& statement, Planning& p) {
  std::string where;
  if (statement.like) where = "snapshot_name LIKE " + p.literal(*statement.like);
  if (statement.scope) {
    Scope scope = *statement.scope;
    std::optional<protocol::SqlError> error;
    if (!qualify_scope(scope, p, error)) return p.questions();
    if (error) return *error;
    where += (where.empty() ? "" : " AND ") + scope_condition(scope, p);
  }
  Plan plan{{step("SHOW SNAPSHOTS" + (where.empty() ? where : " WHERE " + where))}, {}};
  plan.answer.kind = AnswerKind::step_rows;
  plan.answer.columns = snapshot_columns();
  return plan;
}

std::vector<ColumnSpec> snapshot_columns() {
  return {{"SNAPSHOT_NAME"}, {"TIMESTAMP"},     {"SNAPSHOT_LEVEL"},
          {"ACCOUNT_NAME"},  {"DATABASE_NAME"}, {"TABLE_NAME"}};
}

}  // namespace mogate::rewrite
