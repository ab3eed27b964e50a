#include "proxy/config/secret_file.h"

#include <fstream>

namespace mogate::proxy {

std::optional<std::string> read_secret_file(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  if (!in || !std::getline(in, line)) return std::nullopt;
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.pop_back();
  return line;
}

}  // namespace mogate::proxy
