// Reads the text of SHOW CREATE TABLE, as far as comparing and copying tables needs it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::rewrite {

struct TableColumn {
  std::string name;
  std::string type;                  // lower case, without length: "int", "enum"
  std::string declared;              // the type as it is written: "decimal(10,2)", "int unsigned"
  std::string text;                  // all that follows the name, the type first
  std::vector<std::string> members;  // an enum's or set's, in their order
  std::uint32_t width = 0;           // n of type(n); 0 if there is none
  bool nullable = true;
  bool auto_increment = false;
  bool generated = false;

  bool operator==(const TableColumn&) const = default;
};

// Any index but the primary key; also CHECK constraints, which have no columns.
struct TableKey {
  std::string name;
  std::vector<std::string> columns;
  std::string text;  // the whole element as it is written
  bool unique = false;

  bool operator==(const TableKey&) const = default;
};

struct ForeignKey {
  std::string name;
  std::vector<std::string> columns;
  std::string database;  // empty: the table's own
  std::string table;
  std::string text;

  bool operator==(const ForeignKey&) const = default;
};

struct TableDefinition {
  std::vector<TableColumn> columns;
  std::vector<std::string> primary_key;
  std::vector<TableKey> keys;
  std::vector<ForeignKey> foreign_keys;
  std::string options;  // all that follows the list: comment, CLUSTER BY, partitions
  bool partitioned = false;

  bool has(std::string_view column) const { return find(column) != nullptr; }
  // Null if there is none; lives as long as the definition.
  const TableColumn* find(std::string_view column) const;
};

// Empty for a text that is no CREATE TABLE.
TableDefinition read_definition(std::string_view ddl);

}  // namespace mogate::rewrite
