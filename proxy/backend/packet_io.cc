#include "proxy/backend/packet_io.h"

#include "protocol/frame.h"

#include <array>

namespace mogate::proxy {
namespace {

Task<IoError> read_exactly(Leg& leg, std::span<std::uint8_t> room) {
  while (!room.empty()) {
    auto read = co_await leg.read_some(room);
    if (read.error) co_return read.error;
    room = room.subspan(read.bytes);
  }
  co_return IoError{};
}

struct Header {
  IoError error;
  std::array<std::uint8_t, protocol::kFrameHeader> bytes{};
  std::size_t length = 0;
  std::uint8_t sequence = 0;
};

Task<Header> read_header(Leg& leg, Side side, std::size_t limit) {
  Header header;
  header.error = co_await read_exactly(leg, header.bytes);
  if (header.error) co_return header;
  protocol::ByteReader reader(header.bytes);
  header.length = reader.u24();
  header.sequence = reader.u8();
  if (header.length > limit) header.error = {side, IoFault::too_large};
  co_return header;
}

}  // namespace

Task<PacketRead> read_packet(Leg& leg, Buffer& buffer, Side side, std::size_t limit) {
  protocol::PacketAssembler packet(limit);
  while (true) {
    buffer.consume(packet.feed(buffer.data()));
    if (packet.too_large()) co_return PacketRead{{side, IoFault::too_large}, {}, 0};
    if (packet.complete()) break;
    auto read = co_await leg.read_some(buffer.room());
    if (read.error) co_return PacketRead{read.error, {}, 0};
    buffer.filled(read.bytes);
  }
  co_return PacketRead{{}, std::string(protocol::as_text(packet.payload())), packet.sequence()};
}

Task<PacketRead> read_packet_only(Leg& leg, Side side, std::size_t limit) {
  auto header = co_await read_header(leg, side, limit);
  PacketRead packet{header.error, {}, header.sequence};
  if (header.error.fault == IoFault::too_large) packet.payload = protocol::as_text(header.bytes);
  if (packet.error) co_return packet;
  packet.payload.resize(header.length);
  auto* room = reinterpret_cast<std::uint8_t*>(packet.payload.data());
  packet.error = co_await read_exactly(leg, {room, header.length});
  co_return packet;
}

Task<SecretRead> read_secret_packet(Leg& leg, Side side, std::size_t limit) {
  auto header = co_await read_header(leg, side, limit);
  SecretRead packet{header.error, {}, header.sequence};
  if (packet.error) co_return packet;
  packet.payload = Secret(header.length);
  packet.error = co_await read_exactly(leg, packet.payload.room());
  co_return packet;
}

Task<IoError> write_packet(Leg& leg, std::string_view payload, std::uint8_t& sequence) {
  std::string frames;
  protocol::append_packet(frames, protocol::as_bytes(payload), sequence);
  co_return co_await leg.write_all(std::string_view(frames));
}

}  // namespace mogate::proxy
