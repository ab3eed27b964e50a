#include "proxy/session/login_request.h"

namespace mogate::proxy {
namespace {

template <class Packet>
Packet in_order(SessionContext& c, Packet packet) {
  // mariadb-connector-c numbers only the compressed packets, and those inside 0.
  if (c.client.has_compression()) packet.sequence = c.login_sequence;
  if (!packet.error && packet.sequence != c.login_sequence) packet.error = {Side::client, IoFault::protocol};
  c.login_sequence = static_cast<std::uint8_t>(packet.sequence + 1);
  return packet;
}

}  // namespace

Task<MaybeEnd> write_to_client(SessionContext& c, std::string_view payload) {
  co_return end_if(co_await write_packet(c.client, payload, c.login_sequence));
}

Task<PacketRead> read_from_client(SessionContext& c) {
  auto packet = co_await read_packet_only(c.client, Side::client, c.config().gateway.max_handshake_bytes);
  co_return in_order(c, std::move(packet));
}

Task<SecretRead> read_secret_from_client(SessionContext& c) {
  auto packet = co_await read_secret_packet(c.client, Side::client, c.config().gateway.max_handshake_bytes);
  co_return in_order(c, std::move(packet));
}

}  // namespace mogate::proxy
