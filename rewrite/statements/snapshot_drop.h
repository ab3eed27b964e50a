// SNAPSHOT DROP [IF EXISTS] name
#pragma once

#include "rewrite/planning.h"

#include <string>

namespace mogate::rewrite {

struct SnapshotDrop {
  std::string name;
  bool if_exists = false;
};

// After SNAPSHOT DROP.
SnapshotDrop parse_snapshot_drop(sql::Cursor& in);
Planned plan_snapshot_drop(const SnapshotDrop& statement, Planning& p);

}  // namespace mogate::rewrite
