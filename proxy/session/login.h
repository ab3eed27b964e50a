// The passthrough login (DESIGN 3): the gateway stores no password. It greets, learns the user, connects to
// the backend and hands the backend's salt on by AuthSwitch.
#pragma once

#include "proxy/session/context.h"

#include <string>

namespace mogate::proxy {

class Login {
 public:
  explicit Login(SessionContext& context) : c_(context) {}

  // Until the client has its OK; anything else ends the session.
  Awaitable<MaybeEnd> run();

 private:
  Awaitable<MaybeEnd> greet();
  Awaitable<MaybeEnd> read_response();
  Awaitable<MaybeEnd> accept_tls();
  Awaitable<MaybeEnd> connect_backend();
  Awaitable<MaybeEnd> switch_auth();
  Awaitable<MaybeEnd> send_response();
  Awaitable<MaybeEnd> relay_auth();
  Awaitable<MaybeEnd> forward_to_client(std::string_view payload);
  Awaitable<MaybeEnd> relay_client_reply();
  Awaitable<MaybeEnd> adopt(const std::string& ok_payload);
  Awaitable<MaybeEnd> set_connection_id();
  Awaitable<PacketRead> read_client_packet();
  protocol::Capabilities offered() const;

  SessionContext& c_;
  protocol::Greeting greeting_;
  std::string response_payload_;
  protocol::HandshakeResponse response_;  // views into response_payload_
  std::string proof_;                     // the client's answer to the backend's salt
};

}  // namespace mogate::proxy
