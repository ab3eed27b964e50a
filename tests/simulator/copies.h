// Copies of databases: into hidden schemas, out of them again, and from one account's MariaDB to another's.
#pragma once

#include "tests/simulator/world.h"

namespace mogate::simulator {

// What to copy; empty means all.
struct Scope {
  std::string database = {};
  std::string table = {};
};

// Copies an account's databases as they are committed now.
AccountCopy copy_account(World& world, const AccountPtr& account, const Scope& scope);
void drop_copy(const AccountCopy& copy, AccountServer* imported_by = nullptr);

// Where rows go: a connection to the account's server.
struct Target {
  World& world;
  AccountServer& server;
  Backend& backend;
};

// Makes a database or table anew from a copy; fresh ids, foreign keys included. `name` may differ from the
// source's.
void put_database(const Target& target, const AccountCopy& from, const DatabaseCopy& database,
                  const std::string& name);
void put_table(const Target& target, const AccountCopy& from, const DatabaseCopy& database,
               const TableCopy& table, const std::string& to_database, const std::string& to_table);

// (1,'a',NULL): as an INSERT has it.
std::string row_values(const Row& row, const std::vector<Column>& columns);

// Its columns but for generated ones, with commas.
std::string column_list(Backend& backend, const std::string& database, const std::string& table);

// A table as it is now; `row` is one of SHOW FULL TABLES.
TableCopy describe_table(World& world, AccountServer& server, Backend& backend, const std::string& database,
                         const Row& row);
// Its rows, into a schema that is there; of a view its text. Answers how many rows.
std::uint64_t copy_table(Backend& backend, const std::string& database, const std::string& hidden,
                         const TableCopy& table);

// Brings the copy's hidden schema to the session's server, when it is another account's; once. Of mo_catalog
// only the table.
void import_database(AccountServer& server, const AccountCopy& copy, const DatabaseCopy& database,
                     const std::string& table);

// The session settings under which rows can be put back in any order.
class BulkMode {
 public:
  explicit BulkMode(Backend& backend);
  ~BulkMode();
  BulkMode(const BulkMode&) = delete;
  BulkMode& operator=(const BulkMode&) = delete;

 private:
  Backend& backend_;
};

std::vector<std::string> user_databases(Backend& backend);

}  // namespace mogate::simulator
