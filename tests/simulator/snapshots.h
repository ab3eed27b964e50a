// Snapshots: which one a statement names, and where its tables are.
#pragma once

#include "tests/simulator/session.h"

namespace mogate::simulator {

// Of the session's account; throws "find 0 snapshot records".
SnapshotPtr find_snapshot(Session& session, const std::string& name);

// Whether `{` at index `brace` begins a point in time.
bool is_point_in_time(const Statement& statement, std::size_t brace);
// The snapshot that {snapshot = s}, {mo_ts = n}, {timestamp = '…'} or {as of timestamp '…'} at `brace` names.
SnapshotPtr snapshot_of_braces(Session& session, const Statement& statement, std::size_t brace);

// The account whose data the session reads through a snapshot.
const AccountCopy& copy_for(Session& session, const Snapshot& snapshot);
const DatabaseCopy& database_in(Session& session, const Snapshot& snapshot, const std::string& database);

// The table in a snapshot; null if it is read as it is now. Throws Failure.
struct Held {
  const AccountCopy* copy = nullptr;
  const DatabaseCopy* database = nullptr;
  const TableCopy* table = nullptr;
};
Held find_held(Session& session, const Snapshot& snapshot, const std::string& database,
               const std::string& table);

struct Place {
  std::string hidden_schema;  // empty: the table itself
};

// On 4.x a snapshot that is named shows only what it is of; {mo_ts = n} shows everything.
void check_scope(const Session& session, const Statement& statement, std::size_t brace,
                 const Snapshot& snapshot, const std::string& database, const std::string& table);

// Where the session's MariaDB holds the table as it was then. Throws Failure.
Place locate(Session& session, const Snapshot& snapshot, const std::string& database,
             const std::string& table);

}  // namespace mogate::simulator
