// The process's log: one line an event on stderr, as text or as JSON.
#pragma once

#include "proxy/config/config.h"

namespace mogate::proxy {

void set_up_log(const Config::Log& log);

}  // namespace mogate::proxy
