// The PROXY protocol (haproxy's "The PROXY protocol", versions 1 and 2): what a load balancer puts in front
// of a connection's bytes to say whose connection it is.
#pragma once

#include "protocol/bytes.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mogate::protocol {

struct IpEndpoint {
  bool v6 = false;
  std::array<std::uint8_t, 16> address{};  // in network order; of an IPv4 address the first four
  std::uint16_t port = 0;
  bool operator==(const IpEndpoint&) const = default;

  std::string address_text() const;
};
// An IPv4 or IPv6 address in its usual text form, without a port or a zone.
std::optional<IpEndpoint> parse_ip(std::string_view text, std::uint16_t port);

struct ProxyHeader {
  // Both or none. Without them (LOCAL, UNKNOWN, UNSPEC, unix sockets, datagrams) the connection's own
  // addresses hold.
  std::optional<IpEndpoint> source, destination;
  bool operator==(const ProxyHeader&) const = default;
};

struct ProxyHeaderParse {
  enum class Stop : std::uint8_t {
    need_more,  // a header's beginning: show it again with more behind it
    complete,   // a header of `bytes` bytes
    absent,     // something else begins here
    malformed,  // a header's mark, and then what cannot be one
  };
  Stop stop = Stop::need_more;
  std::size_t bytes = 0;
  ProxyHeader header = {};
};
// Reads the header at the head of `input`. TLVs are skipped unread.
ProxyHeaderParse parse_proxy_header(Bytes input);
// No header is longer: of version 1 the line's limit is 107 bytes, of version 2 this one is ours.
inline constexpr std::size_t kMaxProxyHeader = 4096;

// Version 2. Without addresses it is a LOCAL one (a probe of the gateway's own); an IPv4 address beside an
// IPv6 one is written as the mapped one.
void write_proxy_header(std::string& out, const ProxyHeader& header);

}  // namespace mogate::protocol
