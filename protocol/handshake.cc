#include "protocol/handshake.h"

#include <algorithm>

namespace mogate::protocol {
namespace {

constexpr std::uint8_t kProtocolVersion = 10;
constexpr std::size_t kSaltHead = 8;
constexpr std::size_t kMinSaltTail = 13;  // 12 bytes and a NUL

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

std::string_view without_trailing_nul(std::string_view data) {
  if (!data.empty() && data.back() == '\0') data.remove_suffix(1);
  return data;
}

}  // namespace

std::optional<Greeting> parse_greeting(Bytes payload) {
  ByteReader r(payload);
  Greeting g;
  auto version = r.u8();
  g.server_version = r.nul_string();
  g.connection_id = r.u32();
  g.salt = r.text(kSaltHead);
  r.skip(1);
  g.capabilities = r.u16();
  if (r.failed() || version != kProtocolVersion || !is_printable(g.server_version)) return std::nullopt;
  if (r.left() == 0) return g;
  g.collation = r.u8();
  g.status = r.u16();
  g.capabilities |= Capabilities{r.u16()} << 16;
  auto salt_length = r.u8();
  r.skip(10);
  if (g.capabilities & cap::secure_connection) {
    bool counted = (g.capabilities & cap::plugin_auth) && salt_length > kSaltHead;
    auto tail = r.text(std::max(kMinSaltTail, counted ? salt_length - kSaltHead : 0));
    g.salt += tail.substr(0, tail.empty() ? 0 : tail.size() - 1);
  }
  // Some servers leave out the NUL behind the name (MySQL bug 59453).
  if (g.capabilities & cap::plugin_auth) g.plugin = r.nul_string_or_rest();
  if (r.failed()) return std::nullopt;
  return g;
}

void write_greeting(std::string& out, const Greeting& g) {
  ByteWriter w(out);
  auto salt = std::string_view(g.salt);
  w.u8(kProtocolVersion)
      .nul_string(g.server_version)
      .u32(g.connection_id)
      .text(salt.substr(0, kSaltHead))
      .u8(0);
  w.u16(static_cast<std::uint16_t>(g.capabilities)).u8(g.collation).u16(g.status);
  w.u16(static_cast<std::uint16_t>(g.capabilities >> 16));
  w.u8(g.capabilities & cap::plugin_auth ? static_cast<std::uint8_t>(salt.size() + 1) : 0).zeros(10);
  if (g.capabilities & cap::secure_connection) w.nul_string(salt.substr(std::min(salt.size(), kSaltHead)));
  if (g.capabilities & cap::plugin_auth) w.nul_string(g.plugin);
}

std::optional<SslRequest> parse_ssl_request(Bytes payload) {
  if (payload.size() != 32) return std::nullopt;
  ByteReader r(payload);
  SslRequest s;
  s.capabilities = r.u32();
  s.max_packet = r.u32();
  s.collation = r.u8();
  if (!(s.capabilities & cap::ssl) || !(s.capabilities & cap::protocol_41)) return std::nullopt;
  return s;
}

void write_ssl_request(std::string& out, const SslRequest& s) {
  ByteWriter(out).u32(s.capabilities).u32(s.max_packet).u8(s.collation).zeros(23);
}

namespace {

// Protocol::HandshakeResponse320.
std::optional<HandshakeResponse> parse_old_response(ByteReader r) {
  HandshakeResponse h;
  h.capabilities = r.u16();
  h.max_packet = r.u24();
  h.user = r.nul_string();
  if (h.capabilities & cap::connect_with_db) {
    h.auth_response = r.nul_string();
    h.database = r.nul_string();
  } else {
    h.auth_response = r.nul_string_or_rest();
  }
  if (r.failed()) return std::nullopt;
  return h;
}

std::string_view read_auth_response(ByteReader& r, Capabilities caps) {
  if (caps & cap::plugin_auth_lenenc) return r.lenenc_string();
  if (caps & cap::secure_connection) return r.text(r.u8());
  return r.nul_string();
}

void write_auth_response(ByteWriter& w, std::string_view data, Capabilities caps) {
  if (caps & cap::plugin_auth_lenenc) {
    w.lenenc_string(data);
  } else if (caps & cap::secure_connection) {
    w.u8(static_cast<std::uint8_t>(data.size())).text(data);
  } else {
    w.nul_string(data);
  }
}

}  // namespace

std::optional<HandshakeResponse> parse_handshake_response(Bytes payload) {
  ByteReader r(payload);
  if (payload.size() >= 2 && !(payload[1] << 8 & static_cast<int>(cap::protocol_41)))
    return parse_old_response(r);
  HandshakeResponse h;
  h.capabilities = r.u32();
  h.max_packet = r.u32();
  h.collation = r.u8();
  r.skip(23);
  h.user = r.nul_string();
  h.auth_response = read_auth_response(r, h.capabilities);
  // Clients leave out what they have nothing to say about, whatever their flags announce.
  if ((h.capabilities & cap::connect_with_db) && r.left() != 0) h.database = r.nul_string();
  if ((h.capabilities & cap::plugin_auth) && r.left() != 0) h.plugin = r.nul_string();
  if ((h.capabilities & cap::connect_attrs) && r.left() != 0) h.attributes = r.lenenc_string();
  if ((h.capabilities & cap::zstd) && r.left() != 0) h.zstd_level = r.u8();
  if (r.failed()) return std::nullopt;
  return h;
}

void write_handshake_response(std::string& out, const HandshakeResponse& h) {
  ByteWriter w(out);
  if (!(h.capabilities & cap::protocol_41)) {
    w.u16(static_cast<std::uint16_t>(h.capabilities)).u24(h.max_packet).nul_string(h.user);
    if (!(h.capabilities & cap::connect_with_db)) return void(w.text(h.auth_response));
    w.nul_string(h.auth_response).nul_string(h.database);
    return;
  }
  w.u32(h.capabilities).u32(h.max_packet).u8(h.collation).zeros(23).nul_string(h.user);
  write_auth_response(w, h.auth_response, h.capabilities);
  if (h.capabilities & cap::connect_with_db) w.nul_string(h.database);
  if (h.capabilities & cap::plugin_auth) w.nul_string(h.plugin);
  if (h.capabilities & cap::connect_attrs) w.lenenc_string(h.attributes);
  if (h.capabilities & cap::zstd) w.u8(h.zstd_level);
}

std::optional<Attributes> parse_attributes(std::string_view raw) {
  ByteReader r(as_bytes(raw));
  Attributes attributes;
  while (r.left() != 0) {
    auto key = r.lenenc_string();
    auto value = r.lenenc_string();
    attributes.emplace_back(key, value);
  }
  if (r.failed()) return std::nullopt;
  return attributes;
}

std::string write_attributes(const Attributes& attributes) {
  std::string raw;
  ByteWriter w(raw);
  for (const auto& [key, value] : attributes) w.lenenc_string(key).lenenc_string(value);
  return raw;
}

std::optional<AuthSwitch> parse_auth_switch(Bytes payload) {
  ByteReader r(payload);
  auto header = r.u8();
  AuthSwitch request;
  if (header != 0xFE || r.failed()) return std::nullopt;
  request.plugin = r.nul_string();
  request.data = without_trailing_nul(r.rest_text());
  if (r.failed()) return std::nullopt;
  return request;
}

void write_auth_switch(std::string& out, const AuthSwitch& request) {
  ByteWriter(out).u8(0xFE).nul_string(request.plugin).nul_string(request.data);
}

std::optional<std::string_view> parse_auth_more_data(Bytes payload) {
  ByteReader r(payload);
  if (r.u8() != 0x01) return std::nullopt;
  return r.rest_text();
}

void write_auth_more_data(std::string& out, std::string_view data) { ByteWriter(out).u8(0x01).text(data); }

}  // namespace mogate::protocol
