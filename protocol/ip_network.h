// A range of IP addresses, as "10.0.0.0/8".
#pragma once

#include "protocol/proxy_header.h"

#include <optional>
#include <string_view>

namespace mogate::protocol {

class IpNetwork {
 public:
  // "10.0.0.0/8", "2001:db8::/32" or a single address. Bits behind the prefix do not matter.
  static std::optional<IpNetwork> parse(std::string_view text);
  bool contains(const IpEndpoint& ip) const;

 private:
  IpEndpoint address_;
  unsigned bits_ = 0;
};

}  // namespace mogate::protocol
