#include "proxy/config/uris.h"

#include <fmt/format.h>

#include <algorithm>

namespace mogate::proxy {
namespace {

// MatrixOne takes what stands in a uri apart at these, and turns %XX back (NATIVE.md 3.2).
std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '%' || c == ':' || c == '@' || c == '/')
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else
      out.push_back(c);
  }
  return out;
}

std::string uri(const UserPassword& login, const Address& address) {
  return fmt::format("mysql://{}:{}@{}", login.user, escaped(login.password), to_string(address));
}

}  // namespace

std::map<std::string, std::string> uris_of(const Config& config, const std::string& account) {
  std::map<std::string, std::string> out;
  const UserPassword* own = config.service_login(account);
  if (own != nullptr) out.emplace("gateway:", uri(*own, config.backend.address));
  for (const auto& [name, known] : config.uris) {
    bool allowed = std::find(known.accounts.begin(), known.accounts.end(), account) != known.accounts.end();
    if (allowed && !known.login.user.empty()) out.emplace(name, uri(known.login, known.address));
  }
  return out;
}

}  // namespace mogate::proxy
