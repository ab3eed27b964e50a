// What each statement does. A packet is planned whole, which finds its syntax errors, before anything of it
// runs.
#pragma once

#include "tests/simulator/session.h"

#include <functional>
#include <optional>

namespace mogate::simulator {

// Runs a statement and writes its answer; `more`: further results of the same packet follow. Throws Failure.
using Action = std::function<void(bool more)>;

// Throws syntax errors. The statement must outlive the action.
Action plan_statement(Session& session, const Statement& statement);

// The families of statements that the simulator runs itself; nothing if the statement is of no such family.
std::optional<Action> plan_session_statement(Session& session, const Statement& statement);
std::optional<Action> plan_account_statement(Session& session, const Statement& statement);
std::optional<Action> plan_grant_statement(Session& session, const Statement& statement);
std::optional<Action> plan_snapshot_statement(Session& session, const Statement& statement);
std::optional<Action> plan_restore(Session& session, const Statement& statement);
std::optional<Action> plan_pitr_statement(Session& session, const Statement& statement);
std::optional<Action> plan_cdc_statement(Session& session, const Statement& statement);
std::optional<Action> plan_pitr_restore(Session& session, const Statement& statement);
std::optional<Action> plan_clone(Session& session, const Statement& statement);
std::optional<Action> plan_data_branch(Session& session, const Statement& statement);
std::optional<Action> plan_publication(Session& session, const Statement& statement);
std::optional<Action> plan_ccpr(Session& session, const Statement& statement);

// Whether PREPARE takes it although the simulator runs it itself.
bool is_prepared_by_simulator(const Session& session, const Statement& statement);

// SHOW statements that MariaDB lacks or answers otherwise.
std::optional<Query> show_query(Session& session, const Statement& statement);
std::optional<Query> show_publication(Session& session, const Statement& statement);
std::optional<Query> show_ccpr(Session& session, const Statement& statement);

// Throws 22401 for what would change a table that CCPR keeps.
void check_shared(Session& session, const Statement& statement);

// Throws the refusals of MatrixOne's privilege checks (privileges.cc).
void authorize(Session& session, const Statement& statement);
// SHOW SNAPSHOTS and RESTORE: admins, and roles with all privileges.
bool may_use_snapshots(Session& session);
bool may_read(Session& session, const std::string& database, const std::string& table);

// Relays a statement to MariaDB and its answer back, errors in MatrixOne's words.
void run_query(Session& session, const Statement& statement, const Query& query, bool more);
// The query for a statement that MariaDB is to run. `in_place`: a snapshot's table may be read where it is.
Query query_for(Session& session, const Statement& statement, bool in_place = false);

}  // namespace mogate::simulator
