// What a client said of itself, in its login or in COM_CHANGE_USER.
#pragma once

#include "protocol/handshake.h"
#include "proxy/session/context.h"

#include <string>
#include <string_view>

namespace mogate::proxy {

struct LoginRequest {
  std::string payload;                   // of the packet
  protocol::HandshakeResponse response;  // views into payload
  // What response.auth_response was made for; empty: for a salt that is not to be used again.
  std::string salt;
  CompressionChoice compression;  // begins behind the login's OK
};

// Packets of a login, numbered on from the last one.
Task<MaybeEnd> write_to_client(SessionContext& c, std::string_view payload);
// A packet out of order is a protocol error.
Task<PacketRead> read_from_client(SessionContext& c);
Task<SecretRead> read_secret_from_client(SessionContext& c);

}  // namespace mogate::proxy
