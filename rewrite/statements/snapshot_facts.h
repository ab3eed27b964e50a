// What the planners read about a snapshot.
#pragma once

#include "rewrite/planning.h"
#include "rewrite/statements/scope.h"

#include <optional>
#include <string>
#include <string_view>

namespace mogate::rewrite {

// A row of mo_catalog.mo_snapshots.
struct Snapshot {
  std::string name;
  std::string ts;  // nanoseconds; all digits
  Level level = Level::account;
  std::string account;  // empty for a cluster
  std::string database, table;
  std::string object_id;  // the account's id for an account's snapshot
};

void want_snapshot(Planning& p, std::string key, std::string_view name);
// nullopt: there is none of that name in the session's account.
std::optional<Snapshot> read_snapshot(const Planning& p, std::string_view key, std::string_view name);
protocol::SqlError no_such_snapshot(std::string_view name);
// A snapshot of one database or table holds no other, though MatrixOne 3 reads them through it.
std::optional<protocol::SqlError> outside(const Snapshot& s, std::string_view database,
                                          std::string_view table);
// The server's refusal of a restore of what the snapshot does not hold: another account, more than it is of,
// or another name (tried on 4.2 and 3.0).
std::optional<protocol::SqlError> not_held(const Snapshot& s, const Scope& wanted);
// True if `a` was taken before `b`.
bool older(const Snapshot& a, const Snapshot& b);

}  // namespace mogate::rewrite
