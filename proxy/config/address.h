// Where something listens or connects to, as the configuration says it.
#pragma once

#include "proxy/net/endpoint.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace mogate::proxy {

// "127.0.0.1:6001", "[::1]:6001", "db.example:6001", "unix:/run/mogate/mogate.sock".
struct Address {
  std::string host;
  std::uint16_t port = 0;
  std::string path = {};  // of a unix socket, absolute; then there is no host
};

// Gives false if `text` is neither HOST:PORT nor unix:/PATH, or the path is longer than sockets allow.
bool parse_address(std::string_view text, Address& address);
std::string to_string(const Address& address);

// Asks the resolver, which may block. An error names the host.
std::variant<Endpoint, std::string> resolve(const Address& address);

}  // namespace mogate::proxy
