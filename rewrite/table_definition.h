// Reads the text of SHOW CREATE TABLE, as far as comparing two snapshots needs it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mogate::rewrite {

struct TableColumn {
  std::string name;
  std::string type;  // lower case, without length: "int", "enum"
  bool operator==(const TableColumn&) const = default;
};

struct TableDefinition {
  std::vector<TableColumn> columns;
  std::vector<std::string> primary_key;

  bool has(std::string_view column) const;
};

// Empty for a text that is no CREATE TABLE.
TableDefinition read_definition(std::string_view ddl);

}  // namespace mogate::rewrite
