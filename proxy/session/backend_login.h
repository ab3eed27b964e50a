// The backend's half of a login, the same for every way to prove who the client is.
#pragma once

#include "protocol/handshake.h"
#include "proxy/session/context.h"

#include <string>
#include <string_view>

namespace mogate::proxy {

// Without these no client can be let in by AuthSwitch.
inline constexpr protocol::Capabilities kNeededForLogin =
    protocol::cap::protocol_41 | protocol::cap::secure_connection | protocol::cap::plugin_auth;

// The end of a session whose login is refused; the client reads `error`.
SessionEnd refuse_login(protocol::SqlError error);

class BackendLogin {
 public:
  explicit BackendLogin(SessionContext& context) : c_(context) {}

  // Connects and reads the greeting, within the connect deadline; the handshake's begins anew behind it.
  Task<MaybeEnd> connect();
  // Sends `login`, whose capabilities are at most what the client was offered, with the proof and the plugin
  // in it.
  Task<MaybeEnd> send(protocol::HandshakeResponse login);
  // The backend's next packet of the login, and what it is answered with.
  Task<PacketRead> read();
  Task<MaybeEnd> reply(std::string_view payload);
  // The backend has said OK: the session is the user's from here on, and c_.entry is published.
  Task<MaybeEnd> adopt(std::string_view ok_payload);

 private:
  Task<MaybeEnd> set_connection_id();
  SessionEnd no_tls(IoError error);

  SessionContext& c_;
};

}  // namespace mogate::proxy
