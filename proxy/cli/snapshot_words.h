// mo_br's arguments become the text of a statement, and the rows of its answer those that were asked for.
// Pure.
#pragma once

#include "proxy/cli/worded.h"
#include "rewrite/plan.h"
#include "rewrite/sql/lexer.h"

#include <string>
#include <string_view>

namespace mogate::proxy {

// Empty members are options that were not given.
struct SnapshotWords {
  std::string name;  // --sname
  std::string level;
  std::string account, database, table;
  std::string cluster;   // snapshot show: any value asks for cluster snapshots
  std::string from, to;  // snapshot show
  bool flush = false;
  std::string new_account, new_admin, new_password;
  bool with_users = false;
  std::string to_account;
  std::string at;  // snapshot restore: the moment, of a PITR
};

// `own_account` is that of the login.
Worded snapshot_create(const SnapshotWords& words, std::string_view own_account);
Worded snapshot_show(const SnapshotWords& words, rewrite::sql::SqlMode mode);
Worded snapshot_restore(const SnapshotWords& words, rewrite::sql::SqlMode mode);
Worded snapshot_drop(const SnapshotWords& words);

// Leaves of SNAPSHOT SHOW's rows those that `words` ask for.
void filter_snapshots(const SnapshotWords& words, rewrite::Rows& rows);

}  // namespace mogate::proxy
