// What restores from snapshots and from PITRs have in common.
#pragma once

#include "tests/simulator/session.h"

#include <functional>

namespace mogate::simulator {

// All databases of the account, and of an ordinary one the users, become the copy's; what came later is
// dropped.
void restore_account_from(Session& session, const AccountPtr& account, const AccountCopy& copy);
// All accounts become the copies'; dropped ones are made anew, later ones are dropped.
void restore_cluster_from(Session& session, const std::vector<AccountCopy>& copies);
// The account of that name, made from the copy if there is none.
AccountPtr find_or_make_account(World& world, const AccountCopy& copy, const std::string& name);
void restore_table_from(Session& session, const AccountCopy& copy, const DatabaseCopy& database,
                        const TableCopy& table);

// Runs a restore: CREATE and DROP TABLE of others wait meanwhile; MariaDB's errors become MatrixOne's.
void run_as_restore(Session& session, const Statement& statement, const std::function<void()>& restore);

}  // namespace mogate::simulator
