// The statements that give a table downstream the definition it has upstream. Texts of SHOW CREATE TABLE in,
// statements out, to be run one by one with foreign_key_checks = 0: then a child may be made before its
// parent (SHOW CREATE TABLE hides the key until both are there).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::rewrite {

// CREATE TABLE IF NOT EXISTS `database`.`table` (…). Foreign keys to tables of the same database name it, for
// MatrixOne would look in the session's. Empty for a text that is no CREATE TABLE.
std::string create_statement(std::string_view database, std::string_view table, std::string_view ddl);

// RENAME COLUMN keeps a table's id, all other changes of columns' names give a new one.
enum class TableId : std::uint8_t { same, changed };

// What changes the definition and keeps the rows; nothing if they mean the same. nullopt: drop and create
// (another primary key, other partitions, columns in another order …). The server may still refuse one, as
// a MODIFY that the rows don't fit: then too.
std::optional<std::vector<std::string>> alter_statements(std::string_view database, std::string_view table,
                                                         std::string_view ddl_from, std::string_view ddl_to,
                                                         TableId id);

// But for spelling: NO ACTION is RESTRICT, and foreign keys and indexes have no order.
bool same_definition(std::string_view ddl_a, std::string_view ddl_b);

// Whether the columns are the same by name, type and order, so that rows of one fit the other.
bool same_columns(std::string_view ddl_a, std::string_view ddl_b);

// Removes all rows, also inside a transaction. `referenced`: by another table's foreign key. There TRUNCATE
// is refused, and a DELETE without WHERE would be run as one and break the children's keys.
std::string empty_statement(std::string_view database, std::string_view table, bool referenced);

}  // namespace mogate::rewrite
