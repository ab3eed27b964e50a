// The connection phase: greeting, SSL request, handshake responses, AuthSwitch, AuthMoreData. Views borrow
// from the payload that they were parsed from.
#pragma once

#include "protocol/bytes.h"
#include "protocol/constants.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mogate::protocol {

struct Greeting {
  std::string server_version;
  std::uint32_t connection_id = 0;
  std::string salt;  // 20 bytes (8 from servers without SECURE_CONNECTION)
  Capabilities capabilities = 0;
  std::uint8_t collation = 0;
  std::uint16_t status = 0;
  std::string plugin;  // empty without PLUGIN_AUTH
  bool operator==(const Greeting&) const = default;
};
// Handshake v10 only.
std::optional<Greeting> parse_greeting(Bytes payload);
void write_greeting(std::string& out, const Greeting& greeting);

// The 32 bytes that a client sends before it starts TLS.
struct SslRequest {
  Capabilities capabilities = 0;
  std::uint32_t max_packet = 0;
  std::uint8_t collation = 0;
  bool operator==(const SslRequest&) const = default;
};
std::optional<SslRequest> parse_ssl_request(Bytes payload);
void write_ssl_request(std::string& out, const SslRequest& request);

struct HandshakeResponse {
  Capabilities capabilities = 0;
  std::uint32_t max_packet = 0;
  std::uint8_t collation = 0;
  std::string_view user = {};
  std::string_view auth_response = {};
  std::string_view database = {};    // with CONNECT_WITH_DB
  std::string_view plugin = {};      // with PLUGIN_AUTH
  std::string_view attributes = {};  // raw key-value pairs, with CONNECT_ATTRS
  std::uint8_t zstd_level = 0;
};
// Both layouts: 4.1, and the older one of clients without PROTOCOL_41. Capabilities in the packet decide its
// layout.
std::optional<HandshakeResponse> parse_handshake_response(Bytes payload);
void write_handshake_response(std::string& out, const HandshakeResponse& response);

using Attributes = std::vector<std::pair<std::string_view, std::string_view>>;
std::optional<Attributes> parse_attributes(std::string_view raw);
std::string write_attributes(const Attributes& attributes);

struct AuthSwitch {
  std::string_view plugin = {};
  std::string_view data = {};  // the salt; the NUL behind 20 bytes is not part of it
};
std::optional<AuthSwitch> parse_auth_switch(Bytes payload);
void write_auth_switch(std::string& out, const AuthSwitch& request);

std::optional<std::string_view> parse_auth_more_data(Bytes payload);
void write_auth_more_data(std::string& out, std::string_view data);

}  // namespace mogate::protocol
