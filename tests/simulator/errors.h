// MariaDB's errors in MatrixOne's words.
#pragma once

#include "tests/simulator/session.h"

namespace mogate::simulator {

protocol::SqlError translate_error(Session& session, const protocol::SqlError& error, const Query& query,
                                   const Statement& statement);

}  // namespace mogate::simulator
