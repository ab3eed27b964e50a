// From a statement to a plan. Pure: what has to be read first is asked for.
#pragma once

#include "rewrite/dialect.h"
#include "rewrite/plan.h"
#include "rewrite/statement.h"

#include <string_view>
#include <vector>

namespace mogate::rewrite {

// plan() asks for facts at most this often; more is a defect.
inline constexpr int kMaxPlanRounds = 6;

// Called again with the answers added to `facts.reads` until it gives a Plan or an error. Privileges and an
// open transaction are checked before the first query is asked for.
Planned plan(const Statement& statement, const Dialect& dialect, const Facts& facts);

// True for what MatrixOne refuses inside an open transaction.
bool runs_outside_transactions(const Statement& statement);

// EXPLAIN GATEWAY's rows: step, session, native_sql, on_failure. Secrets are masked. `session` is where the
// steps run: the client's own connection or its "sibling".
Rows explain_rows(const Plan& plan, std::string_view session = "client");
std::vector<ColumnSpec> explain_columns();

// The columns of the answer, known at PREPARE without facts. Empty: an OK packet, or not known before it runs
// (SNAPSHOT DIFF, and everything that is forwarded).
std::vector<ColumnSpec> result_columns(const Statement& statement);
bool columns_known_at_prepare(const Statement& statement);

}  // namespace mogate::rewrite
