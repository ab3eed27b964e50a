#include "proxy/session/backend_login.h"

#include "proxy/session/client_error.h"
#include "proxy/session/login_limits.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace mogate::proxy {
namespace {

using namespace protocol;

// A client that negotiated one of these with a backend that turns out not to have it would read frames
// wrongly.
constexpr Capabilities kFraming =
    cap::deprecate_eof | cap::session_track | cap::ps_multi_results | cap::multi_results;
constexpr std::size_t kMostBackends = 1000;  // that are told apart in figures

// What says how the client's own packets look, whatever the backend has; and MariaDB clears LONG_PASSWORD to
// offer capabilities that this relay does not know.
constexpr Capabilities kOfTheClient =
    kNeededForLogin | cap::connect_attrs | cap::connect_with_db | cap::long_password;

Capabilities toward_backend(Capabilities client, Capabilities server) {
  auto both = client & (server | cap::long_password | cap::connect_with_db) & ~cap::plugin_auth_lenenc;
  return both | (server & (kNeededForLogin | cap::plugin_auth_lenenc));
}

}  // namespace

SessionEnd refuse_login(SqlError error) {
  return {{Side::gateway, IoFault::refused}, std::move(error), false};
}

Task<MaybeEnd> BackendLogin::connect() {
  c_.readiness.set_deadline_in(c_.config().timeouts.connect);
  auto preamble = c_.shared.backend_preamble(c_.origin);
  auto& figures = c_.shard.metrics.backends.at(to_string(c_.config().backend.address), kMostBackends);
  figures.connects.add();
  c_.note.use_backend(figures);
  auto error = co_await c_.backend.connect(c_.shared.backend_endpoint, preamble);
  if (error) {
    figures.failures.add();
    c_.shared.backend.missed();
    c_.shared.counters.backend_failures++;
    co_return end_if(error);
  }
  if (c_.backend.refusal) co_return refuse_login(mend_native_error(*c_.backend.refusal));
  const auto& greeting = c_.backend.greeting();
  c_.shared.backend.learn(greeting);
  c_.dialect = rewrite::parse_version(greeting.server_version);
  c_.entry->native_id = greeting.connection_id;
  c_.readiness.set_deadline_in(c_.config().timeouts.handshake);
  co_return std::nullopt;
}

Task<MaybeEnd> BackendLogin::send(HandshakeResponse login) {
  auto server = c_.backend.greeting().capabilities;
  if (c_.capabilities & ~server & kFraming) {
    SqlError changed{2003, "mogate: the backend has changed, connect again", {}};
    co_return refuse_login(std::move(changed));
  }
  c_.capabilities &= server | kOfTheClient;
  c_.backend.set_capabilities(c_.capabilities);
  auto contexts = c_.shared.tls.current();
  bool tls = contexts->backend && (server & cap::ssl);
  login.capabilities = toward_backend(login.capabilities, server) | (tls ? cap::ssl : 0);
  SslRequest tls_request{login.capabilities, login.max_packet, login.collation};
  auto error = co_await c_.backend.start_tls(c_.config().backend_tls, contexts->backend.get(), tls_request);
  if (error) co_return no_tls(error);
  std::string payload;
  write_handshake_response(payload, login);
  co_return co_await reply(payload);
}

// The client library's own error 2026 is what a client without a gateway would see.
SessionEnd BackendLogin::no_tls(IoError error) {
  c_.shared.counters.backend_failures++;
  if (error.fault != IoFault::tls) return {error, {}, false};
  auto reason = c_.backend.tls_failure();
  spdlog::warn("TLS with backend {} failed: {}", to_string(c_.config().backend.address), reason);
  return {error, SqlError{2026, "mogate: TLS connection to the backend failed: " + reason, {}}, false};
}

Task<MaybeEnd> BackendLogin::reply(std::string_view payload) {
  co_return end_if(co_await write_packet(c_.backend.leg(), payload, c_.backend.login_sequence()));
}

Task<PacketRead> BackendLogin::read() {
  auto packet = co_await read_packet(c_.backend.leg(), c_.backend.buffer(), Side::backend,
                                     c_.config().gateway.max_handshake_bytes);
  c_.backend.login_sequence() = static_cast<std::uint8_t>(packet.sequence + 1);
  co_return packet;
}

Task<MaybeEnd> BackendLogin::adopt(std::string_view ok_payload) {
  if (auto ok = parse_ok(as_bytes(ok_payload), c_.capabilities)) c_.backend.set_status(ok->status);
  if (auto end = enter_user(c_)) co_return end;
  if (auto end = co_await set_connection_id()) co_return end;
  c_.logged_in = true;
  c_.note.log_in(c_.shard.metrics.accounts.at(c_.entry->user.account, c_.config().metrics.accounts));
  // Before the client knows of it, so that nobody who asks afterwards finds the entry of the login before.
  c_.shared.registry.put(c_.entry);
  co_return std::nullopt;
}

// One connection id (DESIGN 3): connection_id() and SHOW PROCESSLIST say what the greeting said.
Task<MaybeEnd> BackendLogin::set_connection_id() {
  if (!c_.dialect.is_matrixone) co_return std::nullopt;
  auto result = co_await c_.backend.query(fmt::format("SET CONNECTION ID TO {}", c_.entry->id));
  co_return end_if(result.io);
}

}  // namespace mogate::proxy
