// mo_catalog: real tables in each account's MariaDB, brought up to date before a statement that may read
// them, and the functions that MatrixOne has built in.
#pragma once

#include "tests/simulator/world.h"

namespace mogate::simulator {

void create_catalog(Backend& backend, bool v4);
void refresh_catalog(World& world, Account& account);

bool is_system_database(std::string_view name);
bool is_hidden_schema(std::string_view name);

// Of a base table, as it is now; zeros if there is none.
TableIds table_ids(World& world, AccountServer& server, Backend& backend, const std::string& database,
                   const std::string& table);
// Gives the table as it is now other ids; 0 in a field of `wanted` means a fresh one.
void set_table_ids(World& world, AccountServer& server, Backend& backend, const std::string& database,
                   const std::string& table, TableIds wanted);

}  // namespace mogate::simulator
