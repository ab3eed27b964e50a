// The input is shown to every parser of the connection phase; what one takes it writes and takes again.
// Capabilities are in the messages themselves.
#include "fuzz/check.h"
#include "protocol/auth.h"
#include "protocol/handshake.h"
#include "protocol/user_name.h"

#include <functional>
#include <tuple>

namespace {

using namespace mogate::protocol;
using mogate::fuzz::require;
using mogate::fuzz::round_trip;

auto fields(const HandshakeResponse& h) {
  return std::tuple(h.capabilities, h.max_packet, h.collation, h.user, h.auth_response, h.database, h.plugin,
                    h.attributes, h.zstd_level);
}

void greeting(Bytes input) {
  auto g = parse_greeting(input);
  // The short form of old servers has flags without what they announce; it is never written.
  if (g && (g->capabilities & cap::secure_connection) && g->salt.size() < kScrambleLength) return;
  round_trip(g, parse_greeting, write_greeting, std::equal_to<>(), "greeting");
}

void response(Bytes input) {
  auto h = parse_handshake_response(input);
  round_trip(
      h, parse_handshake_response, write_handshake_response,
      [](const auto& a, const auto& b) { return fields(a) == fields(b); }, "handshake response");
  if (!h) return;
  if (auto attributes = parse_attributes(h->attributes))
    require(parse_attributes(write_attributes(*attributes)) == attributes, "attributes");
  auto name = parse_user_name(h->user);
  require(name.user.size() + name.role.size() + name.labels.size() <= h->user.size(), "parts of a name");
}

void authentication(Bytes input) {
  round_trip(
      parse_auth_switch(input), parse_auth_switch, write_auth_switch,
      [](const auto& a, const auto& b) { return a.plugin == b.plugin && a.data == b.data; }, "auth switch");
  round_trip(parse_auth_more_data(input), parse_auth_more_data, write_auth_more_data, std::equal_to<>(),
             "auth more data");
  auto half = as_text(input).substr(0, input.size() / 2);
  auto rest = as_text(input).substr(input.size() / 2);
  check_native_scramble(half, rest, rest);
  check_sha2_scramble(half, rest, rest);
  clear_password(half);
  auto password = revealed_password(half, rest);
  if (password) require(obfuscated_password(*password, rest) == half, "obfuscated password");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes input(data, size);
  greeting(input);
  round_trip(parse_ssl_request(input), parse_ssl_request, write_ssl_request, std::equal_to<>(),
             "ssl request");
  response(input);
  authentication(input);
  return 0;
}
