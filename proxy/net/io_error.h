// What went wrong on a connection, and on whose side.
#pragma once

#include <cstdint>
#include <string_view>

namespace mogate::proxy {

enum class Side : std::uint8_t { client, backend, gateway };

enum class IoFault : std::uint8_t {
  none,
  closed,        // the peer ended the stream
  reset,         // the peer or the network broke it
  timed_out,     // a deadline passed
  stopped,       // the gateway ends the session (KILL, drain)
  refused,       // no connection could be made
  tls,           // TLS handshake or record failure
  protocol,      // the peer sent what the protocol does not allow
  too_large,     // over a configured limit
  out_of_order,  // a compressed packet has another number than was due
  undecodable,   // a compressed packet is broken
};

struct [[nodiscard]] IoError {
  Side side = Side::gateway;
  IoFault fault = IoFault::none;

  explicit operator bool() const { return fault != IoFault::none; }
};

inline std::string_view name_of(Side side) {
  switch (side) {
    case Side::client: return "client";
    case Side::backend: return "backend";
    case Side::gateway: return "gateway";
  }
  return "";
}

inline std::string_view name_of(IoFault fault) {
  switch (fault) {
    case IoFault::none: return "none";
    case IoFault::closed: return "closed";
    case IoFault::reset: return "reset";
    case IoFault::timed_out: return "timed out";
    case IoFault::stopped: return "stopped";
    case IoFault::refused: return "refused";
    case IoFault::tls: return "TLS failure";
    case IoFault::protocol: return "protocol error";
    case IoFault::too_large: return "too large";
    case IoFault::out_of_order: return "compressed packet out of order";
    case IoFault::undecodable: return "broken compressed packet";
  }
  return "";
}

}  // namespace mogate::proxy
