// What commands count as that are no statements.
#pragma once

#include "protocol/constants.h"
#include "proxy/observe/kinds.h"

namespace mogate::proxy {

// COM_QUERY and COM_STMT_EXECUTE until it is known what they run.
Kind kind_of_command(protocol::Command command);

}  // namespace mogate::proxy
