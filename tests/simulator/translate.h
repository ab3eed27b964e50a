// MatrixOne's SQL to MariaDB's: built-in functions, snapshot reads, generate_series.
#pragma once

#include "tests/simulator/session.h"

namespace mogate::simulator {

Query translate(Session& session, const Statement& statement);

}  // namespace mogate::simulator
