#include "rewrite/statements/snapshot_drop.h"

#include "rewrite/sql/quoting.h"

namespace mogate::rewrite {

SnapshotDrop parse_snapshot_drop(sql::Cursor& in) {
  bool if_exists = in.accept("IF");
  if (if_exists) in.expect("EXISTS");
  return {in.name("a snapshot name"), if_exists};
}

Planned plan_snapshot_drop(const SnapshotDrop& statement) {
  return ok_plan({step(std::string("DROP SNAPSHOT ") + (statement.if_exists ? "IF EXISTS " : "") +
                       sql::quote_name(statement.name))});
}

}  // namespace mogate::rewrite
