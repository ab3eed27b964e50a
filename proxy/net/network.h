// Sets of addresses, as "10.0.0.0/8": which peers are trusted.
#pragma once

#include "protocol/ip_network.h"
#include "proxy/net/endpoint.h"

#include <optional>
#include <string_view>
#include <vector>

namespace mogate::proxy {

class Network {
 public:
  // "10.0.0.0/8", "2001:db8::/32", a single address, or "unix": every client of a unix socket. Bits behind
  // the prefix do not matter.
  static std::optional<Network> parse(std::string_view text);
  // An IPv4 address that an IPv6 socket shows is taken as IPv4.
  bool contains(const Endpoint& peer) const;

 private:
  std::optional<protocol::IpNetwork> range_;  // none: unix sockets
};

// All of IPv4 and IPv6.
std::vector<Network> everywhere();

bool is_in(const std::vector<Network>& networks, const Endpoint& peer);

// nullopt of an endpoint that is not IP. The port comes with it.
std::optional<protocol::IpEndpoint> ip_of(const Endpoint& endpoint);

}  // namespace mogate::proxy
