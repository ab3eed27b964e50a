#include "proxy/session/pass_through.h"

#include "protocol/auth.h"
#include "proxy/session/client_error.h"

namespace mogate::proxy {

using namespace protocol;

namespace {

SqlError no_plugins(const LoginRequest& request) {
  // With early_connect the greeting's salt is the backend's, but that of one connection only.
  const char* way_out = request.salt.empty() ? "; connect again instead of changing the user"
                                             : "; set [backend] early_connect in mogate";
  return {errc::not_supported_auth_mode,
          std::string("Client does not support authentication plugins").append(way_out),
          {}};
}

}  // namespace

Task<MaybeEnd> PassThrough::run(const LoginRequest& request) {
  if (!c_.backend.leg().is_open()) {
    if (auto end = co_await backend_.connect()) co_return end;
  }
  if (auto end = co_await get_proof(request)) co_return end;
  auto login = request.response;
  login.auth_response = proof_;
  login.plugin = c_.backend.greeting().plugin;
  if (auto end = co_await backend_.send(login)) co_return end;
  co_return co_await relay();
}

Task<MaybeEnd> PassThrough::get_proof(const LoginRequest& request) {
  const auto& backend = c_.backend.greeting();
  const auto& client = request.response;
  bool knows_plugins = (client.capabilities & cap::plugin_auth) != 0;
  if (request.salt == backend.salt && (!knows_plugins || client.plugin == backend.plugin)) {
    proof_ = client.auth_response;
    co_return std::nullopt;
  }
  if (!knows_plugins) co_return refuse_login(no_plugins(request));
  std::string payload;
  write_auth_switch(payload, {backend.plugin.empty() ? kNativePassword : backend.plugin, backend.salt});
  if (auto end = co_await write_to_client(c_, payload)) co_return end;
  auto reply = co_await read_from_client(c_);
  proof_ = std::move(reply.payload);
  co_return end_if(reply.error);
}

Task<MaybeEnd> PassThrough::relay_client_reply() {
  auto answer = co_await read_from_client(c_);
  if (answer.error) co_return end_if(answer.error);
  co_return co_await backend_.reply(answer.payload);
}

Task<MaybeEnd> PassThrough::relay() {
  while (true) {
    auto packet = co_await backend_.read();
    if (packet.error) co_return end_if(packet.error);
    auto first = packet.payload.empty() ? '\xFF' : packet.payload[0];
    if (auto err = parse_err(as_bytes(packet.payload), c_.capabilities)) {
      c_.shared.counters.failed_logins++;
      co_return refuse_login(mend_native_error(to_error(*err)));
    }
    if (first == '\0') {
      if (auto end = co_await backend_.adopt(packet.payload)) co_return end;
      co_return co_await write_to_client(c_, packet.payload);
    }
    if (auto end = co_await write_to_client(c_, packet.payload)) co_return end;
    if (parse_auth_more_data(as_bytes(packet.payload)) == kSha2FastSuccess) continue;
    if (auto end = co_await relay_client_reply()) co_return end;
  }
}

}  // namespace mogate::proxy
