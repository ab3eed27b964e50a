#include "proxy/session/bridge.h"

#include "protocol/auth.h"
#include "proxy/session/client_error.h"

namespace mogate::proxy {
namespace {

using namespace protocol;
using Step = Sha2Exchange::Step;

// In MatrixOne's words, so that it does not tell who refuses.
SqlError access_denied(std::string_view user) {
  return {
      errc::access_denied,
      std::string("Access denied for user ").append(user).append(". internal error: check password failed"),
      {}};
}

SqlError unknown_plugin(std::string_view plugin) {
  return {errc::not_supported_auth_mode,
          std::string("mogate: the backend wants the user to log in by ").append(plugin),
          {}};
}

}  // namespace

Privacy Bridge::privacy() const {
  if (c_.client.has_tls()) return Privacy::tls;
  return c_.is_local ? Privacy::local : Privacy::none;
}

SessionEnd Bridge::refuse(SqlError error) {
  c_.shared.counters.failed_logins++;
  return refuse_login(std::move(error));
}

Task<MaybeEnd> Bridge::run(const LoginRequest& request) {
  const auto& client = request.response;
  auto& cache = *c_.shared.auth_cache;
  auto backend = to_string(c_.config().backend.address);
  bool new_salt = request.salt.empty();
  Sha2Exchange exchange(new_salt ? make_salt() : request.salt, privacy(),
                        c_.shared.rsa_key ? &*c_.shared.rsa_key : nullptr,
                        cache.find(backend, client.user, Clock::now()));
  auto step = new_salt ? exchange.begin() : exchange.begin(client.plugin, client.auth_response);
  while (step != Step::deny) {
    if (step != Step::try_backend) {
      if (auto end = co_await ask_client(step, exchange)) co_return end;
      auto answer = co_await read_secret_from_client(c_);
      if (answer.error) co_return end_if(answer.error);
      step = exchange.answered(answer.payload.view());
      continue;
    }
    auto verdict = co_await ask_backend(client, exchange.hashes().sha1.view());
    if (verdict.end) co_return verdict.end;
    if (!verdict.refused) {
      if (!exchange.fast() && !exchange.hashes().sha1.empty())
        cache.store(backend, client.user, exchange.hashes(), Clock::now());
      co_return co_await admit(client, exchange, verdict.ok);
    }
    bool wrong_password = verdict.refused->code == errc::access_denied;
    if (wrong_password && exchange.fast()) cache.drop(backend, client.user, exchange.hashes());
    step = wrong_password ? exchange.refused() : Step::deny;
    if (step == Step::deny) co_return refuse(std::move(*verdict.refused));
  }
  co_return refuse(access_denied(client.user));
}

Task<MaybeEnd> Bridge::ask_client(Step step, const Sha2Exchange& exchange) {
  // From here on the client may send its password.
  c_.client.wipe_plaintext(true);
  std::string payload;
  if (step == Step::switch_plugin) {
    write_auth_switch(payload, {kCachingSha2, exchange.salt()});
  } else if (step == Step::ask_for_password) {
    write_auth_more_data(payload, kSha2FullAuth);
  } else {
    write_auth_more_data(payload, c_.shared.rsa_key->public_pem());
  }
  co_return co_await write_to_client(c_, payload);
}

Task<Bridge::Verdict> Bridge::ask_backend(HandshakeResponse login, std::string_view password_sha1) {
  Verdict verdict;
  if (!c_.backend.leg().is_open()) verdict.end = co_await backend_.connect();
  if (verdict.end) co_return verdict;
  auto proof = native_scramble_from_sha1(password_sha1, c_.backend.greeting().salt);
  login.auth_response = proof;
  login.plugin = kNativePassword;
  verdict.end = co_await backend_.send(login);
  while (!verdict.end) {
    auto packet = co_await backend_.read();
    verdict.end = end_if(packet.error);
    if (verdict.end) break;
    if (auto err = parse_err(as_bytes(packet.payload), c_.capabilities)) {
      verdict.refused = mend_native_error(to_error(*err));
      c_.backend.close();
      break;
    }
    if (packet.payload.starts_with('\0')) {
      verdict.ok = std::move(packet.payload);
      break;
    }
    verdict.end = co_await answer_backend(packet.payload, password_sha1);
  }
  co_return verdict;
}

Task<MaybeEnd> Bridge::answer_backend(std::string_view packet, std::string_view password_sha1) {
  auto change = parse_auth_switch(as_bytes(packet));
  if (!change) co_return SessionEnd{{Side::backend, IoFault::protocol}, {}, false};
  if (change->plugin != kNativePassword) co_return refuse(unknown_plugin(change->plugin));
  co_return co_await backend_.reply(native_scramble_from_sha1(password_sha1, change->data));
}

Task<MaybeEnd> Bridge::admit(const HandshakeResponse& client, const Sha2Exchange& exchange,
                             std::string_view ok_payload) {
  c_.client.wipe_plaintext(false);
  if (auto end = co_await backend_.adopt(ok_payload)) co_return end;
  c_.credentials = std::make_unique<Credentials>(
      Credentials{std::string(client.user), std::string(client.attributes), exchange.hashes().sha1});
  if (exchange.fast()) {
    std::string payload;
    write_auth_more_data(payload, kSha2FastSuccess);
    if (auto end = co_await write_to_client(c_, payload)) co_return end;
  }
  co_return co_await write_to_client(c_, ok_payload);
}

Task<MaybeEnd> Bridge::run_again(const HandshakeResponse& login, Credentials credentials) {
  auto verdict = co_await ask_backend(login, credentials.password_sha1.view());
  if (verdict.end) co_return verdict.end;
  if (verdict.refused) co_return refuse(std::move(*verdict.refused));
  if (auto end = co_await backend_.adopt(verdict.ok)) co_return end;
  c_.credentials = std::make_unique<Credentials>(std::move(credentials));
  co_return co_await write_to_client(c_, verdict.ok);
}

}  // namespace mogate::proxy
