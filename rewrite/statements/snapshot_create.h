// SNAPSHOT {CLUSTER|ACCOUNT [a]|DATABASE d|TABLE [d.]t} [AS name] [WITH FLUSH]
// SNAPSHOT CREATE [IF NOT EXISTS] name FOR {…} [WITH FLUSH]
#pragma once

#include "rewrite/planning.h"
#include "rewrite/statements/scope.h"

#include <string>

namespace mogate::rewrite {

struct SnapshotCreate {
  Scope scope;
  std::string name;  // empty: one is made up
  bool if_not_exists = false;
  bool with_flush = false;
};

// After SNAPSHOT CREATE.
SnapshotCreate parse_snapshot_create(sql::Cursor& in);
// After SNAPSHOT, at the level.
SnapshotCreate parse_snapshot_short(sql::Cursor& in);

Planned plan_snapshot_create(const SnapshotCreate& statement, Planning& p);

}  // namespace mogate::rewrite
