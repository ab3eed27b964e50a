// MatrixOne's SQL to MariaDB's: built-in functions, snapshot reads, generate_series.
#pragma once

#include "tests/simulator/session.h"

namespace mogate::simulator {

Query translate(Session& session, const Statement& statement, bool in_place);

}  // namespace mogate::simulator
