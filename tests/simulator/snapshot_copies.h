// What a snapshot holds. Its tables stay where they are, seen through ReadViews, until somebody drops or
// alters one of them or needs it as a table of its own: then it is settled, copied into a hidden schema.
#pragma once

#include "tests/simulator/copies.h"
#include "tests/simulator/read_views.h"
#include "tests/simulator/tokens.h"

#include <shared_mutex>

namespace mogate::simulator {

// A table that may still be where it was.
struct Unsettled {
  std::shared_mutex mutex = {};
  bool settled = false;
  std::string ddl = {};  // once settled
};

// An account's databases as they are committed now, and its catalog. Nothing is copied.
AccountCopy hold_account(World& world, const AccountPtr& account, const Scope& scope);

// Held while a snapshot is made and known: no DDL runs meanwhile, unless one waits for long.
std::unique_lock<std::shared_timed_mutex> no_structure_change(AccountServer& server);

// Makes a table of its own of it, and of what a view needs.
void settle(const AccountCopy& copy, const DatabaseCopy& database, const TableCopy& table);
void settle(const AccountCopy& copy, const DatabaseCopy& database);

// Writes what is left of a result into a table, by text.
void insert_rows(RowStream& rows, Backend& to, const std::string& table, const std::string& columns);

// SHOW CREATE of the time.
std::string text_of(const AccountCopy& copy, const DatabaseCopy& database, const TableCopy& table);

// Runs `read` while the table's rows can be read through the copy's views under its own name; false without
// having run it if they have been copied. What it opens may be read on afterwards.
bool read_in_place(const TableCopy& table, const std::function<void()>& read);

// For as long as this lives no snapshot of the server begins. First settles for all its snapshots what the
// statement drops or alters.
class StructureChange {
 public:
  StructureChange(World& world, AccountServer& server, const Statement& statement);
  StructureChange(World& world, AccountServer& server);  // everything

 private:
  std::shared_lock<std::shared_timed_mutex> no_snapshot_;
};

}  // namespace mogate::simulator
