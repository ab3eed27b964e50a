// SHOW statements that MariaDB lacks or answers otherwise, as queries on the catalog.
#include "tests/simulator/statements.h"

namespace mogate::simulator {

std::optional<Query> show_query(Session&, const Statement&) { return std::nullopt; }

}  // namespace mogate::simulator
