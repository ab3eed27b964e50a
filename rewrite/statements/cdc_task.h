// A CDC task as SHOW CDC tells it, and as it is (FINDINGS and FINDINGS_3.0, cdc; FINDINGS traps 11 and 12).
#pragma once

#include "rewrite/plan.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::rewrite {

struct CdcTask {
  std::string id, name;
  std::string source, sink;  // mysql://root:******@127.0.0.1:6001
  // "running", "paused", "pausing", "restarting", "failed", and "stuck" for one that no statement but DROP
  // helps: it was paused or restarted after it had failed.
  std::string state;
  std::string error;       // why it failed or is stuck; of a running one what it tries again
  std::string checkpoint;  // JSON: table to watermark
  std::string timestamp;
};

// A row of SHOW CDC: task_id, task_name, source_uri, sink_uri, state, err_msg, checkpoint, timestamp.
CdcTask read_cdc_task(const std::vector<std::optional<std::string>>& row);

// mo_cdc's eight columns (seed 002), and the rows of SHOW CDC in them; with `like` only tasks of such a name.
std::vector<ColumnSpec> cdc_task_columns();
Rows cdc_task_rows(const Rows& native, const std::optional<std::string>& like);

// SHOW CDC's checkpoint, which leaves its values unquoted and ends in a comma, as valid JSON in the same
// lines.
std::string checkpoint_json(std::string_view native);

}  // namespace mogate::rewrite
