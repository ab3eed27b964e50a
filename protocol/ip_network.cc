#include "protocol/ip_network.h"

#include <algorithm>
#include <charconv>

namespace mogate::protocol {
namespace {

unsigned width_of(const IpEndpoint& ip) { return ip.v6 ? 128 : 32; }

bool same_prefix(const IpEndpoint& a, const IpEndpoint& b, unsigned bits) {
  auto whole = static_cast<std::ptrdiff_t>(bits / 8);
  if (!std::equal(a.address.begin(), a.address.begin() + whole, b.address.begin())) return false;
  auto mask = static_cast<std::uint8_t>(0xFF00U >> bits % 8);
  auto at = static_cast<std::size_t>(whole);
  return bits % 8 == 0 || ((a.address[at] ^ b.address[at]) & mask) == 0;
}

}  // namespace

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  IpNetwork network;
  auto slash = text.find('/');
  auto address = parse_ip(text.substr(0, slash), 0);
  if (!address) return std::nullopt;
  network.address_ = *address;
  network.bits_ = width_of(*address);
  if (slash == std::string_view::npos) return network;
  auto bits = text.substr(slash + 1);
  auto [end, ec] = std::from_chars(bits.data(), bits.data() + bits.size(), network.bits_);
  bool good = ec == std::errc{} && end == bits.data() + bits.size() && network.bits_ <= width_of(*address);
  return good ? std::optional(network) : std::nullopt;
}

bool IpNetwork::contains(const IpEndpoint& ip) const {
  return ip.v6 == address_.v6 && same_prefix(ip, address_, bits_);
}

}  // namespace mogate::protocol
