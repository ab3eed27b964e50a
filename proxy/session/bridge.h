// The login for clients without mysql_native_password (DESIGN 3): they prove themselves by
// caching_sha2_password, and the gateway logs in to the backend by mysql_native_password, from
// SHA1(password). Whatever is remembered, the backend judges every login.
#pragma once

#include "proxy/session/backend_login.h"
#include "proxy/session/credentials.h"
#include "proxy/session/login_request.h"
#include "proxy/session/sha2_exchange.h"

namespace mogate::proxy {

class Bridge {
 public:
  // Both outlive it.
  Bridge(SessionContext& context, BackendLogin& backend) : c_(context), backend_(backend) {}

  // Until the client has its OK; anything else ends the session.
  Task<MaybeEnd> run(const LoginRequest& request);
  // The same for the same user, by what the session kept; the client is asked nothing.
  Task<MaybeEnd> run_again(const protocol::HandshakeResponse& login, Credentials credentials);

 private:
  // What the backend made of a login. Neither `end` nor `refused`: `ok` is its OK.
  struct Verdict {
    MaybeEnd end;
    std::optional<protocol::SqlError> refused;
    std::string ok;
  };
  Task<Verdict> ask_backend(protocol::HandshakeResponse login, std::string_view password_sha1);
  Task<MaybeEnd> answer_backend(std::string_view packet, std::string_view password_sha1);
  Task<MaybeEnd> ask_client(Sha2Exchange::Step step, const Sha2Exchange& exchange);
  Task<MaybeEnd> admit(const protocol::HandshakeResponse& client, const Sha2Exchange& exchange,
                       std::string_view ok_payload);
  SessionEnd refuse(protocol::SqlError error);
  Privacy privacy() const;

  SessionContext& c_;
  BackendLogin& backend_;
};

}  // namespace mogate::proxy
