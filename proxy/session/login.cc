#include "proxy/session/login.h"

#include "protocol/auth.h"
#include "protocol/commands.h"
#include "proxy/session/bridge.h"
#include "proxy/session/client_origin.h"
#include "proxy/session/login_limits.h"
#include "proxy/session/pass_through.h"

#include <spdlog/spdlog.h>

namespace mogate::proxy {
namespace {

using namespace protocol;

constexpr char kFallbackVersion[] = "8.0.30-MatrixOne-v4.2.0";

SessionEnd untrusted_proxy_header() {
  SqlError said{errc::handshake_error, "mogate: a PROXY header from an address that is not trusted", "08S01"};
  return {{Side::client, IoFault::protocol}, std::move(said), false};
}
SessionEnd malformed() { return {{Side::client, IoFault::protocol}, {}, false}; }

}  // namespace

Task<MaybeEnd> Login::run() {
  c_.entry->id = c_.shared.registry.new_id();
  if (c_.config().backend.early_connect) {
    if (auto end = co_await backend_.connect()) co_return end;
  }
  if (auto end = co_await greet()) co_return end;
  if (auto end = co_await read_response()) co_return end;
  if (auto end = take_response()) co_return end;
  if (auto end = co_await authenticate()) co_return end;
  start_compression();
  co_return std::nullopt;
}

Task<MaybeEnd> Login::authenticate() {
  auto key = throttle_key(c_);
  if (auto end = co_await wait_for_turn(c_, key)) co_return end;
  auto end = co_await prove();
  note_login(c_, key, end);
  co_return end;
}

Task<MaybeEnd> Login::prove() {
  c_.changes.note_database(request_.response.database);
  const auto& client = request_.response;
  const auto& settings = c_.config().login;
  bool native = !(client.capabilities & cap::plugin_auth) || client.plugin == kNativePassword;
  // One that can do no more than begin with the native plugin would be locked out by a switch.
  bool through = native && !(settings.switch_native_clients && (client.capabilities & cap::plugin_auth));
  if (settings.mode == LoginMode::passthrough || through) {
    PassThrough way(c_, backend_);
    co_return co_await way.run(request_);
  }
  Bridge way(c_, backend_);
  co_return co_await way.run(request_);
}

void Login::start_compression() {
  auto choice = request_.compression;
  if (choice.algorithm == Compression::none) return;
  choice.zstd_level = std::min(choice.zstd_level, c_.config().compression.max_zstd_level);
  c_.client.start_compression(
      std::make_unique<CompressedStream>(c_.shard.compression, c_.shard.buffers, choice));
}

Capabilities Login::offered() const {
  auto known = c_.shared.backend.greeting();
  auto caps = (known ? known->capabilities : cap::matrixone) & ~(cap::unsupported | cap::ssl);
  // MariaDB clears LONG_PASSWORD to offer capabilities that this relay does not know.
  return caps | kNeededForLogin | cap::long_password |
         (c_.config().client_tls.mode != TlsMode::off ? cap::ssl : 0) | c_.config().compression.offered;
}

Task<MaybeEnd> Login::greet() {
  auto known = c_.shared.backend.greeting();
  Greeting greeting;
  greeting.server_version = known ? known->server_version : kFallbackVersion;
  greeting.connection_id = c_.entry->id;
  greeting.salt = c_.config().backend.early_connect ? c_.backend.greeting().salt : make_salt();
  greeting.capabilities = offered();
  greeting.collation = known ? known->collation : static_cast<std::uint8_t>(kUtf8mb4Bin);
  greeting.status = status::autocommit;
  greeting.plugin = c_.config().login.mode == LoginMode::bridge ? kCachingSha2 : kNativePassword;
  request_.salt = greeting.salt;
  std::string payload;
  write_greeting(payload, greeting);
  co_return co_await write_to_client(c_, payload);
}

Task<MaybeEnd> Login::read_response() {
  auto packet = co_await read_from_client(c_);
  if (packet.error.fault == IoFault::too_large && begins_proxy_header(packet.payload))
    co_return untrusted_proxy_header();
  if (packet.error) co_return end_if(packet.error);
  auto tls = c_.shared.tls.current();
  if (tls->client && parse_ssl_request(as_bytes(packet.payload))) {
    if (auto error = co_await c_.client.start_tls(tls->client.get(), true)) {
      spdlog::info("TLS with {} failed: {}", c_.entry->client, c_.client.tls_failure());
      co_return end_if(error);
    }
    packet = co_await read_from_client(c_);
    if (packet.error) co_return end_if(packet.error);
  }
  request_.payload = std::move(packet.payload);
  co_return std::nullopt;
}

MaybeEnd Login::take_response() {
  if (c_.config().client_tls.mode == TlsMode::required && !c_.has_secure_transport()) {
    return refuse_login(
        {errc::secure_transport_required, "Connections using insecure transport are prohibited", {}});
  }
  auto response = parse_handshake_response(as_bytes(request_.payload));
  if (!response) return malformed();
  if (!(response->capabilities & cap::protocol_41)) {
    return refuse_login(
        {errc::not_supported_auth_mode, "Client is too old: MySQL 4.1 protocol is needed", {}});
  }
  response->capabilities &= offered() & ~cap::ssl;
  request_.compression = {compression_of(response->capabilities), response->zstd_level};
  response->capabilities &= ~(cap::compress | cap::zstd);  // of this leg only
  request_.response = *response;
  c_.capabilities = response->capabilities;
  c_.max_packet = response->max_packet;
  c_.collation = response->collation;
  c_.entry->user = parse_user_name(response->user);
  c_.entry->tls = c_.client.has_tls();
  return std::nullopt;
}

// In the place of a command: its answer is the first packet.
void Login::begin_anew() {
  c_.begin_login();
  c_.login_sequence = 1;
  c_.readiness.set_deadline_in(c_.config().timeouts.handshake);
  request_.response.max_packet = c_.max_packet;
  request_.response.collation = c_.collation;
}

void Login::set_database(std::string_view database) {
  auto& login = request_.response;
  login.database = database;
  login.capabilities = c_.capabilities & ~cap::connect_with_db;
  if (!database.empty()) login.capabilities |= cap::connect_with_db;
}

Task<MaybeEnd> Login::change_user(std::string payload) {
  begin_anew();
  request_.payload = std::move(payload);
  auto change = parse_change_user(as_bytes(request_.payload), c_.capabilities);
  // Only the client's proof may follow, which it cannot know yet.
  if (!change || !c_.request.empty()) co_return malformed();
  c_.entry->user = parse_user_name(change->user);
  auto& login = request_.response;
  // A login has one byte for the collation.
  bool fits = change->collation != 0 && change->collation <= 0xFF;
  if (fits) login.collation = static_cast<std::uint8_t>(change->collation);
  login.user = change->user;
  login.auth_response = change->auth_response;
  login.plugin = change->plugin;
  login.attributes = change->attributes;
  set_database(change->database);
  co_return co_await authenticate();
}

Task<MaybeEnd> Login::log_in_again(std::string_view database) {
  auto kept = std::move(*c_.credentials);
  begin_anew();
  c_.entry->user = parse_user_name(kept.user);
  request_.payload = kept.user + kept.attributes;
  auto known = std::string_view(request_.payload);
  request_.response.user = known.substr(0, kept.user.size());
  request_.response.attributes = known.substr(kept.user.size());
  set_database(database);
  Bridge way(c_, backend_);
  co_return co_await way.run_again(request_.response, std::move(kept));
}

}  // namespace mogate::proxy
