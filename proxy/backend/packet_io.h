// Whole packets over a leg, for handshakes and the gateway's own statements. Relayed commands never come
// here.
#pragma once

#include "proxy/net/buffer.h"
#include "proxy/net/leg.h"
#include "proxy/net/secret.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mogate::proxy {

struct PacketRead {
  IoError error;
  std::string payload;
  std::uint8_t sequence = 0;
};

// Reads one packet; bytes behind it stay in `buffer`. A payload over `limit` is IoFault::too_large of that
// side.
Task<PacketRead> read_packet(Leg& leg, Buffer& buffer, Side side, std::size_t limit);

// The same for one frame (`limit` is below 16 MiB), without reading a byte beyond it: what follows may be
// TLS's. Of one that is too large the payload is the frame's header.
Task<PacketRead> read_packet_only(Leg& leg, Side side, std::size_t limit);

// The same for a packet that may hold a password: no other copy of it is made.
struct SecretRead {
  IoError error;
  Secret payload;
  std::uint8_t sequence = 0;
};
Task<SecretRead> read_secret_packet(Leg& leg, Side side, std::size_t limit);

// Writes one packet and moves `sequence` behind it.
Task<IoError> write_packet(Leg& leg, std::string_view payload, std::uint8_t& sequence);

}  // namespace mogate::proxy
