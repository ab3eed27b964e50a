// KILL [CONNECTION | QUERY] n, which MatrixOne does not check (FINDINGS trap 8). The proxy knows whose n is.
#pragma once

#include "rewrite/planning.h"
#include "rewrite/sql/cursor.h"

#include <cstdint>
#include <optional>

namespace mogate::rewrite {

struct Kill {
  std::uint64_t id = 0;
  bool query_only = false;
};

// After KILL. nullopt: MatrixOne wouldn't take it for one either.
std::optional<Kill> parse_kill(sql::Cursor& in);
Planned plan_kill();

}  // namespace mogate::rewrite
