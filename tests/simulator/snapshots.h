// Snapshots: copies of tables in hidden schemas, and what reads them.
#pragma once

#include "tests/simulator/session.h"

namespace mogate::simulator {

// The snapshot that `{snapshot = s}` names; `brace` is the index of its '{'. Throws Failure.
SnapshotPtr snapshot_of_braces(Session& session, const Statement& statement, std::size_t brace);

struct Place {
  std::string hidden_schema;
};

// Where the session's MariaDB holds the table as it was then.
Place locate(Session& session, const Snapshot& snapshot, const std::string& database,
             const std::string& table);

}  // namespace mogate::simulator
