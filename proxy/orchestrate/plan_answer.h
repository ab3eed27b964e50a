// How the results of a plan's steps become the one answer to the client. Pure.
#pragma once

#include "proxy/backend/backend_link.h"
#include "proxy/orchestrate/outcome.h"
#include "rewrite/plan.h"

#include <vector>

namespace mogate::proxy {

// `results`: one for each step, in order; their rows are moved from. `mo_ctl_rows`: those of
// rewrite::mo_ctl_row(). AnswerKind::gateway is not for this: its rows come from the gateway's own state.
Outcome answer_of(const rewrite::Answer& wanted, std::vector<QueryResult>& results,
                  rewrite::Rows mo_ctl_rows);

}  // namespace mogate::proxy
