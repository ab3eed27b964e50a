// mo_cdc, which is also `mogate cdc`: CDC tasks from the command line (seed 002).
#pragma once

#include "proxy/cli/exit_code.h"

#include <string>
#include <vector>

namespace mogate::proxy {

ExitCode run_cdc(std::vector<std::string> arguments);

}  // namespace mogate::proxy
