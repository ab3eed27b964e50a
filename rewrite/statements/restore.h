// SNAPSHOT RESTORE, and native RESTORE … of both grammar generations (not FROM PITR).
#pragma once

#include "rewrite/planning.h"
#include "rewrite/statements/pitr_restore.h"
#include "rewrite/statements/scope.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace mogate::rewrite {

// TO NEW ACCOUNT b ADMIN_NAME 'x' IDENTIFIED BY 'y' [WITH USERS]
struct NewAccount {
  std::string name, admin, password;
  bool with_users = false;
};

struct Restore {
  std::string snapshot;
  std::optional<Level> level;  // nullopt: that of the snapshot
  std::string account;         // whose data; empty: the snapshot's account
  std::string database, table;
  std::string to_account;  // empty: where it came from
  std::optional<NewAccount> new_account;
  bool native = false;  // the client wrote MatrixOne's own grammar
};

// SNAPSHOT RESTORE name [CLUSTER] [ACCOUNT a] [DATABASE d [TABLE t] | TABLE [d.]t] [TO ACCOUNT b | TO NEW
// ACCOUNT …], after RESTORE; or AT 'time', which names a PITR instead.
std::variant<Restore, RestorePitr> parse_snapshot_restore(sql::Cursor& in);
// After a native RESTORE. nullopt: FROM PITR, which every version understands alike.
std::optional<Restore> parse_native_restore(sql::Cursor& in);

Planned plan_restore(const Restore& statement, Planning& p);

}  // namespace mogate::rewrite
