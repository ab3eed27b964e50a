// MariaDB's errors in MatrixOne's words.
#pragma once

#include "tests/simulator/session.h"

namespace mogate::simulator {

Failure translate_error(Session& session, const Failure& failed, const Query& query,
                        const Statement& statement);

}  // namespace mogate::simulator
