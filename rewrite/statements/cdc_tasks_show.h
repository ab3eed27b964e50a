// SHOW CDC TASKS [LIKE 'p']
#pragma once

#include "rewrite/planning.h"

#include <optional>
#include <string>

namespace mogate::rewrite {

struct ShowCdcTasks {
  std::optional<std::string> like;
};

// After SHOW CDC TASKS.
ShowCdcTasks parse_show_cdc_tasks(sql::Cursor& in);
Planned plan_show_cdc_tasks(const ShowCdcTasks& statement);

}  // namespace mogate::rewrite
