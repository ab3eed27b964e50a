// The login that asks the client for the backend's own proof (DESIGN 3): the gateway learns no password. The
// backend's salt goes to the client by AuthSwitch.
#pragma once

#include "proxy/session/backend_login.h"
#include "proxy/session/login_request.h"

namespace mogate::proxy {

class PassThrough {
 public:
  // Both outlive it.
  PassThrough(SessionContext& context, BackendLogin& backend) : c_(context), backend_(backend) {}

  // Until the client has its OK; anything else ends the session.
  Task<MaybeEnd> run(const LoginRequest& request);

 private:
  Task<MaybeEnd> get_proof(const LoginRequest& request);
  Task<MaybeEnd> relay();
  Task<MaybeEnd> relay_client_reply();

  SessionContext& c_;
  BackendLogin& backend_;
  std::string proof_;  // the client's answer to the backend's salt
};

}  // namespace mogate::proxy
