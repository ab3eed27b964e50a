// What the uris of CDC tasks may be called by (DESIGN 4), so that passwords needn't stand in SQL.
#pragma once

#include "proxy/config/config.h"

#include <map>
#include <string>

namespace mogate::proxy {

// For the sessions of `account`: "gateway:" if it has service credentials, and the names of [uris] that it
// may use; each with its whole uri, the password in the clear.
std::map<std::string, std::string> uris_of(const Config& config, const std::string& account);

}  // namespace mogate::proxy
