// Secrets that stand in files of their own.
#pragma once

#include <optional>
#include <string>

namespace mogate::proxy {

// The first line, without its end. Nullopt: it cannot be read.
std::optional<std::string> read_secret_file(const std::string& file);

}  // namespace mogate::proxy
