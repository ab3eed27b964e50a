// mo_catalog: real tables in each account's MariaDB, brought up to date before a statement that may read
// them, and the functions that MatrixOne has built in.
#pragma once

#include "tests/simulator/world.h"

#include <map>
#include <set>
#include <string>

namespace mogate::simulator {

void create_catalog(Backend& backend, bool v4);
// Brings those of `names` up to date that are tables of mo_catalog (or mo_task).
void refresh_catalog(World& world, Account& account, const std::set<std::string>& names);
// Of CDC, for sys alone (cdc_catalog.cc).
void create_cdc_catalog(Backend& backend);
void refresh_cdc_catalog(World& world, Backend& backend);

// Of publications and CCPR (ccpr_catalog.cc).
void create_publication_catalog(Backend& backend);
void refresh_publication_catalog(World& world, Backend& backend, const std::set<std::string>& names);

// Rows of an account's mo_tables, mo_database, mo_foreign_keys, mo_user and mo_role, as VALUES lists by
// table; sys' first two have the rows of all accounts that run.
using CatalogValues = std::map<std::string, std::string>;
CatalogValues catalog_values(World& world, Account& account, const std::set<std::string>& names);
extern const std::set<std::string> kSnapshotCatalog;  // what a snapshot keeps of mo_catalog

bool is_system_database(std::string_view name);
bool is_hidden_schema(std::string_view name);

// Keys of AccountServer::ids: InnoDB's id of a table, or for what it has none a hash of the name.
TableIds& ids_for_key(World& world, AccountServer& server, std::uint64_t key);  // under the world's mutex
std::uint64_t key_for_name(const std::string& name);
// InnoDB spells names in its own file name encoding.
std::string innodb_name(std::string_view name);

// Of a base table, as it is now; zeros if there is none.
TableIds table_ids(World& world, AccountServer& server, Backend& backend, const std::string& database,
                   const std::string& table);
// Gives the table as it is now other ids; 0 in a field of `wanted` means a fresh one.
void set_table_ids(World& world, AccountServer& server, Backend& backend, const std::string& database,
                   const std::string& table, TableIds wanted);

}  // namespace mogate::simulator
