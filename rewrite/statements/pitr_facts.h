// Which point-in-time recoveries there are, read once for all statements that need one (NATIVE.md 2.9).
#pragma once

#include "rewrite/planning.h"
#include "rewrite/statements/scope.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::rewrite {

struct Pitr {
  std::string name;
  Scope scope;
  std::uint64_t hours = 0;  // how far back it reaches
};

// Asks for SHOW PITR (key "pitrs"): the session's account's own ones, for sys those of all.
void want_pitrs(Planning& p);
std::vector<Pitr> read_pitrs(const Planning& p);
// By name, as MatrixOne folds it.
std::optional<Pitr> find_pitr(const Planning& p, std::string_view name);
protocol::SqlError no_such_pitr(std::string_view name);
// True if what `pitr` covers holds all of `scope`, whose account must be filled in.
bool covers(const Pitr& pitr, const Scope& scope);

// SHOW PITR's nine columns, which come in lower case with a WHERE on 2.2 and 3.0.
std::vector<ColumnSpec> pitr_columns();

}  // namespace mogate::rewrite
