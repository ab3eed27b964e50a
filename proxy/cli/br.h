// mo_br, which is also `mogate br`: snapshots from the command line (seed 004).
#pragma once

#include "proxy/cli/exit_code.h"

#include <string>
#include <vector>

namespace mogate::proxy {

ExitCode run_br(std::vector<std::string> arguments);

}  // namespace mogate::proxy
