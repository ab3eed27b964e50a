#include "policies/rule.h"

namespace mogate::policies {

std::string_view name_of(Action action) {
  switch (action) {
    case Action::none: return "none";
    case Action::allow: return "allow";
    case Action::deny: return "deny";
    case Action::read_only: return "read_only";
    case Action::rewrite: return "rewrite";
    case Action::route: return "route";
    case Action::throttle: return "throttle";
    case Action::timeout: return "timeout";
    case Action::limit: return "limit";
    case Action::mask: return "mask";
    case Action::snapshot: return "snapshot";
  }
  return {};
}

}  // namespace mogate::policies
