// Where the command lines get passwords from, in this order: the argument, a file, the environment, a prompt.
#pragma once

#include "proxy/cli/exit_code.h"
#include "proxy/net/secret.h"

#include <optional>
#include <string>
#include <variant>

namespace mogate::proxy {

struct PasswordSource {
  std::optional<std::string> argument;  // "" for an option without a value: asks
  std::string file;                     // its first line
  const char* environment = "";         // the variable's name
  std::string prompt;                   // "Password of root: "
  std::string how;                      // for the error where there is no terminal: which options there are
};

std::variant<Secret, Trouble> read_password(PasswordSource& source);

}  // namespace mogate::proxy
