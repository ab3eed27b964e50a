#include "rewrite/statements/mysql_forms.h"

#include "rewrite/sql/quoting.h"
#include "rewrite/statements/guarded.h"

#include <algorithm>
#include <utility>

namespace mogate::rewrite {
namespace {

constexpr std::uint16_t kNoBinaryLogging = 1381;

bool at_end(const sql::Cursor& in) { return in.peek().kind == sql::TokenKind::end || in.peek().is(';'); }

// Column names as MySQL 8 gives them.
std::vector<ColumnSpec> log_columns() {
  return {{"File"}, {"Position", 8}, {"Binlog_Do_DB"}, {"Binlog_Ignore_DB"}, {"Executed_Gtid_Set"}};
}

std::vector<ColumnSpec> replica_columns(bool old_words) {
  if (old_words)
    return {{"Slave_IO_State"},   {"Master_Host"},       {"Master_User"}, {"Master_Port", 8},
            {"Slave_IO_Running"}, {"Slave_SQL_Running"}, {"Last_Error"},  {"Seconds_Behind_Master", 8}};
  return {{"Replica_IO_State"},   {"Source_Host"},         {"Source_User"}, {"Source_Port", 8},
          {"Replica_IO_Running"}, {"Replica_SQL_Running"}, {"Last_Error"},  {"Seconds_Behind_Source", 8}};
}

// After SHOW.
std::optional<MysqlForm> replication(sql::Cursor& in) {
  std::optional<MysqlForm> out;
  if (in.accept("MASTER", "STATUS"))
    out = ShowNoReplication{log_columns()};
  else if (in.accept("BINARY", "LOG") && in.accept("STATUS"))
    out = ShowNoReplication{log_columns()};
  else if (in.accept("SLAVE", "STATUS"))
    out = ShowNoReplication{replica_columns(true)};
  else if (in.accept("REPLICA", "STATUS"))
    out = ShowNoReplication{replica_columns(false)};
  else if ((in.accept("BINARY", "LOGS") || in.accept("MASTER", "LOGS")) && at_end(in))
    in.fail({kNoBinaryLogging, "You are not using binary logging", {}});
  return at_end(in) ? std::move(out) : std::nullopt;
}

// After SET.
std::optional<MysqlForm> read_write(sql::Cursor& in) {
  bool session = in.accept("SESSION") || in.accept("LOCAL");
  bool is = in.accept("TRANSACTION") && in.accept("READ", "WRITE") && at_end(in);
  return is ? std::optional<MysqlForm>(SetReadWrite{!session}) : std::nullopt;
}

// After ROLLBACK.
std::optional<MysqlForm> to_savepoint(sql::Cursor& in) {
  in.accept("WORK");
  if (!in.accept("TO")) return std::nullopt;
  in.accept("SAVEPOINT");
  if (!in.peek().is_name()) return std::nullopt;
  std::string name = sql::fold(sql::unquote(in.take(), in.mode()));
  return at_end(in) ? std::optional<MysqlForm>(RollbackToSavepoint{std::move(name)}) : std::nullopt;
}

bool is_transaction(sql::Cursor in) {
  if (in.accept("BEGIN")) return in.accept("WORK"), at_end(in);
  return in.peek().is("COMMIT") || in.peek().is("ROLLBACK") ||
         (in.peek().is("START") && in.peek2().is("TRANSACTION"));
}

// The rest of a text that is sent on as it is.
void take_all(sql::Cursor& in) {
  while (!at_end(in) && !in.peek().is_end()) in.take();
}

}  // namespace

std::optional<MysqlForm> parse_mysql_form(sql::Cursor& in, const CompatSettings& on, const Dialect& dialect,
                                          bool preparing) {
  if (on.replication_status && in.accept("SHOW")) return replication(in);
  if (on.read_write && dialect.refuses_access_modes() && in.accept("SET")) return read_write(in);
  bool transaction = preparing && on.prepared_transactions && is_transaction(in);
  if (on.savepoints && in.accept("ROLLBACK"))
    if (auto found = to_savepoint(in)) return found;
  if (!transaction) return std::nullopt;
  take_all(in);
  return SentAsText{std::string(in.text())};
}

Planned plan_show_no_replication(const ShowNoReplication& statement) {
  Plan plan;
  plan.answer.kind = AnswerKind::fixed_rows;
  plan.answer.columns = statement.columns;
  return plan;
}

Planned plan_set_read_write(const SetReadWrite& statement, const Planning& p) {
  return statement.next_only && p.facts().in_transaction ? forward_plan() : ok_plan();
}

Planned plan_rollback_to_savepoint(const RollbackToSavepoint& statement, const Planning& p) {
  const auto& unchanged = p.facts().unchanged_savepoints;
  bool known = std::find(unchanged.begin(), unchanged.end(), statement.name) != unchanged.end();
  return known ? ok_plan() : forward_plan();
}

Planned plan_sent_as_text(const SentAsText& statement) { return forward_plan({}, statement.text); }

}  // namespace mogate::rewrite
