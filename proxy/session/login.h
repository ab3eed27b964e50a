// From a connection, or from COM_CHANGE_USER, to a session of a user's (DESIGN 3).
#pragma once

#include "proxy/session/backend_login.h"
#include "proxy/session/login_request.h"

#include <string>

namespace mogate::proxy {

class Login {
 public:
  explicit Login(SessionContext& context) : c_(context), backend_(context) {}

  // Each of these goes on until the client has its OK; anything else ends the session.

  // Greets a new connection. The deadline of the handshake is set before.
  Task<MaybeEnd> run();
  // COM_CHANGE_USER, `payload` with its command byte: of the session only the client's leg and the connection
  // id remain. c_.entry is a new one then.
  Task<MaybeEnd> change_user(std::string payload);
  // The same for the user that it is already, who is not asked for a proof: a reset. Only where
  // c_.credentials are.
  Task<MaybeEnd> log_in_again(std::string_view database);

 private:
  Task<MaybeEnd> greet();
  Task<MaybeEnd> read_response();
  MaybeEnd take_response();
  void begin_anew();
  void set_database(std::string_view database);
  Task<MaybeEnd> authenticate();
  Task<MaybeEnd> prove();
  void start_compression();
  protocol::Capabilities offered() const;

  SessionContext& c_;
  BackendLogin backend_;
  LoginRequest request_;
};

}  // namespace mogate::proxy
