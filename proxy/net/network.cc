#include "proxy/net/network.h"

#include <algorithm>
#include <charconv>
#include <netinet/in.h>

namespace mogate::proxy {
namespace {

unsigned width_of(const protocol::IpEndpoint& ip) { return ip.v6 ? 128 : 32; }

bool same_prefix(const protocol::IpEndpoint& a, const protocol::IpEndpoint& b, unsigned bits) {
  auto whole = static_cast<std::ptrdiff_t>(bits / 8);
  if (!std::equal(a.address.begin(), a.address.begin() + whole, b.address.begin())) return false;
  auto mask = static_cast<std::uint8_t>(0xFF00U >> bits % 8);
  auto at = static_cast<std::size_t>(whole);
  return bits % 8 == 0 || ((a.address[at] ^ b.address[at]) & mask) == 0;
}

}  // namespace

std::optional<Network> Network::parse(std::string_view text) {
  Network network;
  network.unix_ = text == "unix";
  if (network.unix_) return network;
  auto slash = text.find('/');
  auto address = protocol::parse_ip(text.substr(0, slash), 0);
  if (!address) return std::nullopt;
  network.address_ = *address;
  network.bits_ = width_of(*address);
  if (slash == std::string_view::npos) return network;
  auto bits = text.substr(slash + 1);
  auto [end, ec] = std::from_chars(bits.data(), bits.data() + bits.size(), network.bits_);
  bool good = ec == std::errc{} && end == bits.data() + bits.size() && network.bits_ <= width_of(*address);
  return good ? std::optional(network) : std::nullopt;
}

bool Network::contains(const Endpoint& peer) const {
  if (unix_) return is_unix(peer);
  auto ip = ip_of(peer);
  return ip && ip->v6 == address_.v6 && same_prefix(*ip, address_, bits_);
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
