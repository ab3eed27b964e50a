// What a rule of the policy file does: the keys beside its match.
#pragma once

#include "policies/rule.h"
#include "proxy/config/section.h"

#include <string>
#include <vector>

namespace mogate::proxy {

// A string, or a list of strings.
std::vector<std::string> strings_of(Section& section, const char* key);

// `rule.match` was read.
void read_action(Section& section, policies::Rule& rule);

}  // namespace mogate::proxy
