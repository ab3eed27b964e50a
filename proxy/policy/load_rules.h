// Reads the policy file (conf/policies.toml explains each key).
#pragma once

#include "policies/rule_set.h"

#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace mogate::proxy {

struct LoadedRules {
  std::shared_ptr<const policies::RuleSet> rules;
  bool local_time = false;  // times of rules are this host's; else UTC
};

// An error says file:line, the key and what is allowed; unknown keys are errors.
std::variant<LoadedRules, std::string> load_rules(const std::string& path);
std::variant<LoadedRules, std::string> parse_rules(std::string_view text, const std::string& path);

}  // namespace mogate::proxy
