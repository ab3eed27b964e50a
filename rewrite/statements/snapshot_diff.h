// SNAPSHOT DIFF s1 s2 TABLE [d.]t [LIMIT n]
#pragma once

#include "rewrite/planning.h"
#include "rewrite/sql/cursor.h"

#include <cstdint>
#include <string>

namespace mogate::rewrite {

// What changed from the older to the newer of the two, whatever their order in the statement.
struct SnapshotDiff {
  std::string first, second;
  sql::TableName table;
  std::uint64_t limit = 0;  // 0: none
};

// After SNAPSHOT DIFF.
SnapshotDiff parse_snapshot_diff(sql::Cursor& in);
Planned plan_snapshot_diff(const SnapshotDiff& statement, Planning& p);

}  // namespace mogate::rewrite
