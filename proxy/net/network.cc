#include "proxy/net/network.h"

#include <algorithm>
#include <netinet/in.h>

namespace mogate::proxy {

std::optional<Network> Network::parse(std::string_view text) {
  Network network;
  if (text == "unix") return network;
  network.range_ = protocol::IpNetwork::parse(text);
  return network.range_ ? std::optional(network) : std::nullopt;
}

bool Network::contains(const Endpoint& peer) const {
  if (!range_) return is_unix(peer);
  auto ip = ip_of(peer);
  return ip && range_->contains(*ip);
}

std::vector<Network> everywhere() { return {*Network::parse("0.0.0.0/0"), *Network::parse("::/0")}; }

bool is_in(const std::vector<Network>& networks, const Endpoint& peer) {
  return std::any_of(networks.begin(), networks.end(), [&](const auto& n) { return n.contains(peer); });
}

std::optional<protocol::IpEndpoint> ip_of(const Endpoint& endpoint) {
  protocol::IpEndpoint ip;
  const std::uint8_t* bytes = nullptr;
  if (endpoint.data()->sa_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(endpoint.data());
    bytes = reinterpret_cast<const std::uint8_t*>(&v4->sin_addr);
    ip.port = ntohs(v4->sin_port);
  } else if (endpoint.data()->sa_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(endpoint.data());
    ip.v6 = !IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr);
    bytes = v6->sin6_addr.s6_addr + (ip.v6 ? 0 : kMappedPrefix);
    ip.port = ntohs(v6->sin6_port);
  }
  if (!bytes) return std::nullopt;
  std::copy_n(bytes, ip.v6 ? 16 : 4, ip.address.begin());
  return ip;
}

}  // namespace mogate::proxy
