// The text of a statement, from arguments.
#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace mogate::proxy {

// What was asked for cannot be said: the text is for the user, and holds no secret.
struct Unsaid {
  std::string why;
};
using Worded = std::variant<std::string, Unsaid>;

inline Unsaid missing(std::string_view option, std::string_view what) {
  return {std::string(option) + " is missing: " + std::string(what)};
}

}  // namespace mogate::proxy
