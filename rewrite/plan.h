// What the gateway will do for one statement, as a value. Planned by pure functions (rewrite/planner.h),
// printed by EXPLAIN GATEWAY, compared with golden text in tests, run by proxy/orchestrate.
#pragma once

#include "protocol/error.h"
#include "rewrite/sql/lexer.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mogate::rewrite {

// Rows of text as a backend gave them; nullopt is NULL.
struct Rows {
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;
};

// What counts as success of a step, beyond "no error packet".
enum class Expect : std::uint8_t {
  ok,             // anything but an error
  mo_ctl_ok,      // one row whose JSON has a non-empty `result` with every returnStr "OK" (NATIVE.md 1)
  changed_table,  // a scalar query whose value must differ from Step::compare_with (restore of a table:
                  // rel_id)
  cdc_state,      // SHOW CDC TASK: the task is as Step::compare_with says: "running", "paused" or "gone"
};

struct Step {
  std::string native_sql;  // as sent, secrets in the clear: never print it, print `shown`
  std::string shown;       // native_sql with secrets masked
  Expect expect = Expect::ok;
  std::string undo;                  // native SQL run, newest first, when a later step fails; may be empty
  std::string leaves;                // what is there when a later step fails and this one is not undone
  std::string compare_with;          // for Expect::changed_table: the value before
  std::string failure_hint;          // appended to the native error: what was and wasn't done
  std::string exists_hint;           // appended to an error that says that it exists already
  bool under_deadline = false;       // run under the restore deadline, ended by KILL QUERY (FINDINGS trap 6)
  std::string target;                // FLUSH/CHECKPOINT answers: the column `target`
  std::string method;                // and the column `method`
  std::chrono::seconds patience{0};  // how long it is sent again while it may yet go well (judge())
  std::vector<std::string> passing_errors;   // that a later try need not meet, by what their text ends in
  std::vector<std::string> harmless_errors;  // that say that there is nothing to do, likewise
};

// How the results of the steps become the one answer to the client.
enum class AnswerKind : std::uint8_t {
  ok,           // an OK packet
  mo_ctl_rows,  // method, target, result, elapsed_ms: one row a mo_ctl step
  step_rows,    // the rows of step `rows_of_step`, relabelled with `columns` when not empty
  fixed_rows,   // `fixed`
  forward,      // all steps are probes; then the client's own text is forwarded and its answer relayed
  gateway,      // answered from the gateway's own state (SHOW GATEWAY ..., KILL), see `gateway_topic`
  cdc_tasks,    // the rows of step `rows_of_step`, which are SHOW CDC's, as mo_cdc shows them (cdc_task.h)
  compare,      // SNAPSHOT DIFF without DATA BRANCH: the last two steps' ordered rows (older, newer) compared
};

struct ColumnSpec {
  std::string name;
  std::uint8_t type = 253;    // protocol::FieldType
  std::uint16_t charset = 0;  // of a text column; 0 is the gateway's own, utf8mb4
  std::uint8_t decimals = 0;  // of a timestamp's seconds
};

struct Answer {
  AnswerKind kind = AnswerKind::ok;
  std::string info;                 // ok: the OK packet's text
  std::vector<ColumnSpec> columns;  // of the answer; empty: those of the step
  std::size_t rows_of_step = 0;
  std::size_t drop_columns = 0;     // step_rows: how many leading columns of the step's rows are left out
  std::optional<std::string> like;  // cdc_tasks: only those whose name is LIKE it
  std::uint64_t row_limit = 0;      // compare: 0 is none
  std::size_t key_columns = 0;      // compare: how many leading columns are the order's keys (row_diff.h)
  Rows fixed;
  std::string gateway_topic;  // of gateway_columns(), or "RELOAD", "KILL", "SUBSCRIPTION"
  // gateway: what is done elsewhere than on the client's session, for EXPLAIN GATEWAY; secrets are masked.
  struct Act {
    std::string session, text, on_failure;
  };
  std::vector<Act> acts;
  std::string forward_text;  // forward: what to send instead of the client's text; empty: as it came
};

struct Plan {
  std::vector<Step> steps;
  Answer answer;
};

// A read that the planner needs before it can plan. The executor runs it on the client's own session and puts
// its rows into Facts::reads under `key`.
struct FactQuery {
  std::string key;
  std::string sql;
  bool may_fail = false;  // an error lands in Facts::failures; else it ends the statement, for the client
};

// Who the session is on the backend (DESIGN 5): from current_account_id(), current_account_name(),
// current_role_id(), current_role_name().
struct Identity {
  std::uint32_t account_id = 0;
  std::string account;
  std::uint32_t role_id = 0;
  std::string role;

  bool is_sys() const { return account_id == 0 && account == "sys" && role == "moadmin"; }
  bool is_admin() const { return is_sys() || (account_id != 0 && role == "accountadmin"); }
};

// Everything about the session that planning depends on.
struct Facts {
  Identity identity;
  sql::SqlMode mode;  // in force on the session (Dialect::lexer_mode)
  bool in_transaction = false;
  bool can_kill = false;               // [service] credentials are there
  bool account_subscriptions = false;  // admins of accounts may have subscriptions of their own
  bool allow_unbounded_restore = false;
  std::vector<std::string> unchanged_savepoints;  // SessionChanges::savepoints(): nothing was changed since
  std::string name_suffix;  // makes generated snapshot names unique: "20261121_015200_1"
  // What "gateway:" and the names of [uris] stand for in this account: whole uris, secrets in the clear.
  std::map<std::string, std::string> uris;
  std::map<std::string, Rows> reads;                   // answers to FactQuery by key
  std::map<std::string, protocol::SqlError> failures;  // of those that may fail
};

// A plan, or what has to be read first, or why not.
using Planned = std::variant<Plan, std::vector<FactQuery>, protocol::SqlError>;

}  // namespace mogate::rewrite
