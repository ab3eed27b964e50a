#include "proxy/config/address.h"

#include <fmt/format.h>

#include <charconv>

namespace mogate::proxy {
namespace {

constexpr std::string_view kUnix = "unix:";

bool parse_path(std::string_view path, Address& address) {
  address = {"", 0, std::string(path)};
  return path.starts_with('/') && path.size() <= kMaxSocketPath && path.find('\0') == std::string_view::npos;
}

}  // namespace

bool parse_address(std::string_view text, Address& address) {
  if (text.starts_with(kUnix)) return parse_path(text.substr(kUnix.size()), address);
  auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  auto host = text.substr(0, colon);
  auto port = text.substr(colon + 1);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  address.host = host;
  address.path.clear();
  return ec == std::errc{} && end == port.data() + port.size() && !host.empty();
}

std::string to_string(const Address& address) {
  if (!address.path.empty()) return fmt::format("{}{}", kUnix, address.path);
  bool v6 = address.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", address.host, v6 ? "]" : "", address.port);
}

std::variant<Endpoint, std::string> resolve(const Address& address) {
  if (!address.path.empty()) return unix_endpoint(address.path);
  return resolve(address.host, address.port);
}

}  // namespace mogate::proxy
