// Patterns of names in rules: `*` stands for any characters, `?` for one.
#pragma once

#include "rewrite/sql/cursor.h"

#include <string>
#include <string_view>
#include <vector>

namespace mogate::policies {

// Letters count as they are: MatrixOne tells users ROOT and root apart.
bool glob(std::string_view name, std::string_view pattern);

class NamePatterns {
 public:
  // One that begins with '!' excludes what it stands for.
  void add(std::string_view pattern);
  bool empty() const { return wanted_.empty() && excluded_.empty(); }
  // None excludes it, and one wants it, or there are only such that exclude. True without any.
  bool matches(std::string_view name) const;

 private:
  std::vector<std::string> wanted_, excluded_;
};

// "table", "database.table" and patterns of them.
class TablePatterns {
 public:
  void add(std::string_view pattern);
  bool empty() const { return patterns_.empty(); }
  // An empty database of `name` is `current`; where that is empty too, nobody knows it and any fits. An empty
  // table is a whole database.
  bool matches(const rewrite::sql::TableName& name, std::string_view current) const;

 private:
  struct Pattern {
    std::string database, table;
  };
  std::vector<Pattern> patterns_;
};

}  // namespace mogate::policies
