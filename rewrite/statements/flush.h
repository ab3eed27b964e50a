// FLUSH TABLE[S], FLUSH DATABASE: what is in memory goes to storage.
#pragma once

#include "rewrite/planning.h"
#include "rewrite/sql/cursor.h"

#include <string>
#include <variant>
#include <vector>

namespace mogate::rewrite {

// FLUSH TABLE[S] t [, t2 …] [WITH CHECKPOINT]
struct FlushTables {
  std::vector<sql::TableName> tables;
  bool checkpoint = false;
};

// FLUSH DATABASE d [WITH CHECKPOINT]
struct FlushDatabase {
  std::string database;
  bool checkpoint = false;
};

// MySQL's forms that have nothing to do here: FLUSH TABLES without a list, LOGS, STATUS, PRIVILEGES, HOSTS …
struct FlushNothing {};

// After the word FLUSH. nullopt: one of MySQL's other forms, none of ours. `mysql_forms`: FlushNothing may be
// answered, and the locks of FLUSH TABLES are refused in clear words.
using FlushStatement = std::variant<FlushTables, FlushDatabase, FlushNothing>;
std::optional<FlushStatement> parse_flush(sql::Cursor& in, bool mysql_forms);

Planned plan_flush(const FlushTables& statement, Planning& p);
Planned plan_flush(const FlushDatabase& statement, Planning& p);

// A step that flushes one table of the session's account; `id` is its rel_id.
Step flush_step(const sql::TableName& table, std::string_view id, const Planning& p);
// Asks for the tables of a database (key "flush_tables") and whether it exists (key "flush_databases").
void want_database_tables(Planning& p, std::string_view database);
// The steps that flush them; only with the answers there.
std::variant<std::vector<Step>, protocol::SqlError> database_flush_steps(const Planning& p,
                                                                         std::string_view database);
// The same for named tables, which must be qualified.
void want_tables(Planning& p, const std::vector<sql::TableName>& tables);
std::variant<std::vector<Step>, protocol::SqlError> table_flush_steps(
    const Planning& p, const std::vector<sql::TableName>& tables);

}  // namespace mogate::rewrite
