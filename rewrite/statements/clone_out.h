// Bringing a snapshot's databases into another account by CLONE, where RESTORE would go wrong (FINDINGS trap
// 4).
#pragma once

#include "rewrite/planning.h"
#include "rewrite/statements/restore.h"
#include "rewrite/statements/snapshot_facts.h"

#include <string>

namespace mogate::rewrite {

struct CloneOut {
  Snapshot snapshot;
  std::string from_account;
  std::string database;  // empty: all of the account
  std::string table;     // empty: the whole database
  std::string to_account;
};

// Asks for the account `name` (key "to_account": account_id, account_name, comments).
void want_account(Planning& p, std::string_view name);
protocol::SqlError no_such_account(std::string_view name);
// The error for a new account whose name is taken. Needs want_account() answered.
protocol::SqlError account_exists(const std::string& name, const Planning& p);
// The statements that make the account, with an undo that drops it, and that end its mark: until then a plan
// that was cut off, by the gateway's death too, can be told from an account that somebody made.
Step create_account_step(const NewAccount& account, const Planning& p);
Step complete_account_step(const NewAccount& account);

// One CLONE per database, or the one for a table. Before anything is made: refused if a foreign key leads
// into another database, or if the target has the database already. The key "to_account" must have been
// answered.
Planned plan_clone_out(const CloneOut& request, Planning& p);

}  // namespace mogate::rewrite
