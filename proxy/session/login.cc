#include "proxy/session/login.h"

#include "protocol/auth.h"
#include "proxy/session/client_error.h"

#include <fmt/format.h>

namespace mogate::proxy {
namespace {

using namespace protocol;

// Without these no client can be let in by AuthSwitch.
constexpr Capabilities kNeeded = cap::protocol_41 | cap::secure_connection | cap::plugin_auth;
// A client that negotiated one of these with a backend that turns out not to have it would read frames
// wrongly.
constexpr Capabilities kFraming =
    cap::deprecate_eof | cap::session_track | cap::ps_multi_results | cap::multi_results;

constexpr char kFallbackVersion[] = "8.0.30-MatrixOne-v4.2.0";

SessionEnd refuse(SqlError error) { return {{Side::gateway, IoFault::refused}, std::move(error), false}; }

}  // namespace

Task<MaybeEnd> Login::run() {
  c_.readiness.set_deadline_in(c_.config().timeouts.handshake);
  c_.entry->id = c_.shared.registry.new_id();
  if (c_.config().backend.early_connect) {
    if (auto end = co_await connect_backend()) co_return end;
  }
  if (auto end = co_await greet()) co_return end;
  if (auto end = co_await read_response()) co_return end;
  if (!c_.config().backend.early_connect) {
    if (auto end = co_await connect_backend()) co_return end;
  }
  if (auto end = co_await switch_auth()) co_return end;
  if (auto end = co_await send_response()) co_return end;
  co_return co_await relay_auth();
}

Capabilities Login::offered() const {
  auto known = c_.shared.backend.greeting();
  auto caps = (known ? known->capabilities : cap::matrixone) & ~(cap::unsupported | cap::ssl);
  // MariaDB clears LONG_PASSWORD to offer capabilities that this relay does not know.
  return caps | kNeeded | cap::long_password | (c_.shared.client_tls ? cap::ssl : 0);
}

Task<MaybeEnd> Login::greet() {
  auto known = c_.shared.backend.greeting();
  greeting_.server_version = known ? known->server_version : kFallbackVersion;
  greeting_.connection_id = c_.entry->id;
  greeting_.salt = c_.config().backend.early_connect ? c_.backend.greeting().salt : make_salt();
  greeting_.capabilities = offered();
  greeting_.collation = known ? known->collation : static_cast<std::uint8_t>(kUtf8mb4Bin);
  greeting_.status = status::autocommit;
  greeting_.plugin = kNativePassword;
  std::string payload;
  write_greeting(payload, greeting_);
  co_return co_await forward_to_client(payload);
}

Task<PacketRead> Login::read_client_packet() {
  auto packet = co_await read_packet_only(c_.client, Side::client, c_.config().gateway.max_handshake_bytes);
  if (!packet.error && packet.sequence != c_.login_sequence) packet.error = {Side::client, IoFault::protocol};
  c_.login_sequence = static_cast<std::uint8_t>(packet.sequence + 1);
  co_return packet;
}

Task<MaybeEnd> Login::read_response() {
  auto packet = co_await read_client_packet();
  if (packet.error) co_return end_if(packet.error);
  if (c_.shared.client_tls && parse_ssl_request(as_bytes(packet.payload))) {
    if (auto error = co_await c_.client.start_tls(c_.shared.client_tls.get(), true)) co_return end_if(error);
    packet = co_await read_client_packet();
    if (packet.error) co_return end_if(packet.error);
  }
  if (c_.config().client_tls.mode == TlsMode::required && !c_.client.has_tls()) {
    co_return refuse(
        {errc::secure_transport_required, "Connections using insecure transport are prohibited", {}});
  }
  response_payload_ = std::move(packet.payload);
  auto response = parse_handshake_response(as_bytes(response_payload_));
  if (!response) co_return SessionEnd{{Side::client, IoFault::protocol}, {}, false};
  response_ = *response;
  if (!(response_.capabilities & cap::protocol_41)) {
    co_return refuse({errc::not_supported_auth_mode, "Client is too old: MySQL 4.1 protocol is needed", {}});
  }
  c_.entry->user = parse_user_name(response_.user);
  c_.entry->tls = c_.client.has_tls();
  co_return std::nullopt;
}

Task<MaybeEnd> Login::connect_backend() {
  c_.readiness.set_deadline_in(c_.config().timeouts.connect);
  auto error = co_await c_.backend.connect(c_.shared.backend_endpoint);
  if (error) {
    c_.shared.counters.backend_failures++;
    co_return end_if(error);
  }
  if (c_.backend.refusal) co_return refuse(mend_native_error(*c_.backend.refusal));
  c_.shared.backend.learn(c_.backend.greeting());
  c_.dialect = rewrite::parse_version(c_.backend.greeting().server_version);
  c_.entry->native_id = c_.backend.greeting().connection_id;
  c_.readiness.set_deadline_in(c_.config().timeouts.handshake);
  co_return std::nullopt;
}

// Gets the client's proof for the backend's salt.
Task<MaybeEnd> Login::switch_auth() {
  const auto& backend = c_.backend.greeting();
  bool same_salt = greeting_.salt == backend.salt;
  bool plugin_fits = !(response_.capabilities & cap::plugin_auth) || response_.plugin == backend.plugin;
  if (same_salt && plugin_fits) {
    proof_ = response_.auth_response;
    co_return std::nullopt;
  }
  if (!(response_.capabilities & cap::plugin_auth)) {
    co_return refuse({errc::not_supported_auth_mode,
                      "Client does not support authentication plugins; set [backend] early_connect in mogate",
                      {}});
  }
  std::string payload;
  write_auth_switch(payload, {backend.plugin.empty() ? kNativePassword : backend.plugin, backend.salt});
  if (auto end = co_await forward_to_client(payload)) co_return end;
  auto reply = co_await read_client_packet();
  proof_ = std::move(reply.payload);
  co_return end_if(reply.error);
}

Task<MaybeEnd> Login::send_response() {
  auto server = c_.backend.greeting().capabilities;
  c_.capabilities = response_.capabilities & offered() & ~cap::ssl;
  if (c_.capabilities & ~server & kFraming) {
    co_return refuse({2003, "mogate: the backend has changed, connect again", {}});
  }
  c_.capabilities &= server | cap::long_password | cap::connect_with_db;
  c_.backend.set_capabilities(c_.capabilities);
  auto out = response_;
  bool tls = c_.shared.backend_tls && (server & cap::ssl);
  out.capabilities = (c_.capabilities & ~cap::plugin_auth_lenenc) | (server & kNeeded) |
                     (server & cap::plugin_auth_lenenc) | (tls ? cap::ssl : 0);
  out.auth_response = proof_;
  out.plugin = c_.backend.greeting().plugin;
  SslRequest tls_request{out.capabilities, out.max_packet, out.collation};
  auto error =
      co_await c_.backend.start_tls(c_.config().backend_tls, c_.shared.backend_tls.get(), tls_request);
  if (error) co_return end_if(error);
  std::string payload;
  write_handshake_response(payload, out);
  co_return end_if(co_await write_packet(c_.backend.leg(), payload, c_.backend.login_sequence()));
}

Task<MaybeEnd> Login::forward_to_client(std::string_view payload) {
  co_return end_if(co_await write_packet(c_.client, payload, c_.login_sequence));
}

Task<MaybeEnd> Login::relay_client_reply() {
  auto reply = co_await read_client_packet();
  if (reply.error) co_return end_if(reply.error);
  co_return end_if(co_await write_packet(c_.backend.leg(), reply.payload, c_.backend.login_sequence()));
}

Task<MaybeEnd> Login::relay_auth() {
  while (true) {
    auto packet = co_await read_packet(c_.backend.leg(), c_.backend.buffer(), Side::backend,
                                       c_.config().gateway.max_handshake_bytes);
    if (packet.error) co_return end_if(packet.error);
    c_.backend.login_sequence() = static_cast<std::uint8_t>(packet.sequence + 1);
    auto first = packet.payload.empty() ? '\xFF' : packet.payload[0];
    if (auto err = parse_err(as_bytes(packet.payload), c_.capabilities)) {
      c_.shared.counters.failed_logins++;
      co_return refuse(mend_native_error(to_error(*err)));
    }
    if (first == '\0') co_return co_await adopt(packet.payload);
    if (auto end = co_await forward_to_client(packet.payload)) co_return end;
    // caching_sha2_password's "fast path succeeded" expects no reply.
    if (packet.payload == std::string_view("\x01\x03", 2)) continue;
    if (auto end = co_await relay_client_reply()) co_return end;
  }
}

Task<MaybeEnd> Login::adopt(const std::string& ok_payload) {
  if (auto ok = parse_ok(as_bytes(ok_payload), c_.capabilities)) c_.backend.set_status(ok->status);
  if (auto end = co_await set_connection_id()) co_return end;
  c_.logged_in = true;
  co_return co_await forward_to_client(ok_payload);
}

// One connection id (DESIGN 3): connection_id() and SHOW PROCESSLIST say what the greeting said.
Task<MaybeEnd> Login::set_connection_id() {
  if (!c_.dialect.is_matrixone) co_return std::nullopt;
  auto result = co_await c_.backend.query(fmt::format("SET CONNECTION ID TO {}", c_.entry->id));
  co_return end_if(result.io);
}

}  // namespace mogate::proxy
