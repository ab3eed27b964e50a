// PAUSE | RESUME | RESTART | DROP CDC TASK n [WAIT secs], and the same natives: what would leave the task
// stuck for ever is mended or refused (FINDINGS trap 11, FINDINGS_3.0 cdc).
#pragma once

#include "rewrite/planning.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace mogate::rewrite {

struct ChangeCdcTask {
  enum class Verb : std::uint8_t { pause, resume, restart, drop } verb = Verb::pause;
  std::string name;
  bool if_exists = false;
  std::optional<std::chrono::seconds> wait;  // until the new state is reached, at most so long
};

// From the verb on. nullopt: not about one task (CDC ALL, which goes out as it came), or another statement.
std::optional<ChangeCdcTask> parse_change_cdc_task(sql::Cursor& in);
Planned plan_change_cdc_task(const ChangeCdcTask& statement, Planning& p);

}  // namespace mogate::rewrite
