// How the results of a plan's steps become the one answer to the client.
#pragma once

#include "rewrite/plan.h"
#include "rewrite/statement_run.h"

#include <vector>

namespace mogate::rewrite {

// `answers`: one for each step, in order; their rows are moved from. `mo_ctl_rows`: those of mo_ctl_row().
// AnswerKind::gateway is not for this: its rows come from the gateway's own state.
Result answer_of(const Answer& wanted, std::vector<QueryAnswer>& answers, Rows mo_ctl_rows);

}  // namespace mogate::rewrite
