// What a statement may destroy as a whole, so that a snapshot of it is worth having.
#pragma once

#include "policies/reading.h"

#include <string>
#include <vector>

namespace mogate::policies {

// Without a table a whole database, without a database the whole account.
struct Endangered {
  std::string database, table;
  bool operator==(const Endangered&) const = default;
};

// Of DROP, TRUNCATE, RESTORE, REPLACE-like DDL, and of UPDATE and DELETE without WHERE; empty for the others.
std::vector<Endangered> endangered(const Part& part, rewrite::sql::SqlMode mode);

}  // namespace mogate::policies
