// [INCREMENTAL | GLOBAL] CHECKPOINT [TIMEOUT n]
#pragma once

#include "rewrite/planning.h"
#include "rewrite/sql/cursor.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace mogate::rewrite {

struct Checkpoint {
  bool global = false;
  std::optional<std::uint64_t> timeout_seconds;  // MatrixOne's own limit is 90 s
};

// From the first word: INCREMENTAL, GLOBAL or CHECKPOINT. nullopt: none of ours.
std::optional<Checkpoint> parse_checkpoint(sql::Cursor& in);

Step checkpoint_step(const Checkpoint& statement);
Planned plan_checkpoint(const Checkpoint& statement);

// method, target, result, elapsed_ms: FLUSH's and CHECKPOINT's answer.
std::vector<ColumnSpec> mo_ctl_columns();

}  // namespace mogate::rewrite
