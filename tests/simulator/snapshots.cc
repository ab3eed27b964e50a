#include "tests/simulator/snapshots.h"

#include "tests/simulator/statements.h"

namespace mogate::simulator {

SnapshotPtr snapshot_of_braces(Session&, const Statement&, std::size_t) { throw internal_error("todo"); }
Place locate(Session&, const Snapshot&, const std::string&, const std::string&) { return {}; }

std::optional<Action> plan_account_statement(Session&, const Statement&) { return {}; }
std::optional<Action> plan_grant_statement(Session&, const Statement&) { return {}; }
std::optional<Action> plan_snapshot_statement(Session&, const Statement&) { return {}; }
std::optional<Action> plan_restore(Session&, const Statement&) { return {}; }
std::optional<Action> plan_clone(Session&, const Statement&) { return {}; }
std::optional<Action> plan_data_branch(Session&, const Statement&) { return {}; }

}  // namespace mogate::simulator
