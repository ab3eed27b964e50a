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
  Task<MaybeEnd> run();

 private:
  Task<MaybeEnd> greet();
  Task<MaybeEnd> read_response();
  Task<MaybeEnd> connect_backend();
  Task<MaybeEnd> switch_auth();
  Task<MaybeEnd> send_response();
  Task<MaybeEnd> relay_auth();
  Task<MaybeEnd> forward_to_client(std::string_view payload);
  Task<MaybeEnd> relay_client_reply();
  Task<MaybeEnd> adopt(const std::string& ok_payload);
  Task<MaybeEnd> set_connection_id();
  Task<PacketRead> read_client_packet();
  protocol::Capabilities offered() const;

  SessionContext& c_;
  protocol::Greeting greeting_;
  std::string response_payload_;
  protocol::HandshakeResponse response_;  // views into response_payload_
  std::string proof_;                     // the client's answer to the backend's salt
};

}  // namespace mogate::proxy
