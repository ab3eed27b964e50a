// What rules did, for the log.
#pragma once

#include "policies/verdict.h"
#include "proxy/session/context.h"

#include <chrono>
#include <optional>

namespace mogate::proxy {

// Where a rule wants it, or refuses, or would have refused (dry run): one line with the statement without its
// literals.
void note_verdict(const SessionContext& context, const policies::Reading& reading,
                  const policies::Verdict& verdict, const std::optional<protocol::SqlError>& refusal);
void note_failed_snapshot(const SessionContext& context, const policies::Rule& rule,
                          const protocol::SqlError& why);

policies::WeekMinute week_minute(std::chrono::system_clock::time_point now, bool local);

}  // namespace mogate::proxy
