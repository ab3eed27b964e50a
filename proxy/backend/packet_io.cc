#include "proxy/backend/packet_io.h"

#include "protocol/frame.h"

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
  std::uint8_t header[protocol::kFrameHeader];
  if (auto error = co_await read_exactly(leg, header)) co_return PacketRead{error, {}, 0};
  protocol::ByteReader reader(header);
  std::size_t length = reader.u24();
  auto sequence = reader.u8();
  std::string payload(protocol::as_text(header));
  if (length > limit) co_return PacketRead{{side, IoFault::too_large}, std::move(payload), sequence};
  payload.assign(length, '\0');
  auto error = co_await read_exactly(leg, {reinterpret_cast<std::uint8_t*>(payload.data()), length});
  co_return PacketRead{error, std::move(payload), sequence};
}

Task<IoError> write_packet(Leg& leg, std::string_view payload, std::uint8_t& sequence) {
  std::string frames;
  protocol::append_packet(frames, protocol::as_bytes(payload), sequence);
  co_return co_await leg.write_all(std::string_view(frames));
}

}  // namespace mogate::proxy
