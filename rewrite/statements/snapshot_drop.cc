#include "rewrite/statements/snapshot_drop.h"

#include "rewrite/sql/quoting.h"
#include "rewrite/statements/snapshot_facts.h"

namespace mogate::rewrite {

SnapshotDrop parse_snapshot_drop(sql::Cursor& in) {
  bool if_exists = in.accept_if_exists();
  return {in.name("a snapshot name"), if_exists};
}

Planned plan_snapshot_drop(const SnapshotDrop& statement, Planning& p) {
  if (!statement.if_exists) want_snapshot(p, "snapshot", statement.name);
  if (p.waiting()) return p.questions();
  if (!statement.if_exists && !p.any("snapshot"))
    return internal_error("snapshot " + statement.name +
                          " does not exist in this account; SNAPSHOT SHOW lists those that do");
  return ok_plan({step(std::string("DROP SNAPSHOT ") + (statement.if_exists ? "IF EXISTS " : "") +
                       sql::quote_name(statement.name))});
}

}  // namespace mogate::rewrite
