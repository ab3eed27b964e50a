// SNAPSHOT SHOW [LIKE 'p'] [CLUSTER | ACCOUNT a | DATABASE d | TABLE [d.]t]
#pragma once

#include "rewrite/planning.h"
#include "rewrite/statements/scope.h"

#include <optional>
#include <string>
#include <vector>

namespace mogate::rewrite {

struct SnapshotShow {
  std::optional<std::string> like;
  std::optional<Scope> scope;
};

// After SNAPSHOT SHOW.
SnapshotShow parse_snapshot_show(sql::Cursor& in);
Planned plan_snapshot_show(const SnapshotShow& statement, Planning& p);

// The six columns of SHOW SNAPSHOTS; natively they come in lower case with a WHERE on 2.2 and 3.0.
std::vector<ColumnSpec> snapshot_columns();

}  // namespace mogate::rewrite
