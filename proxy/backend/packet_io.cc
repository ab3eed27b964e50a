#include "proxy/backend/packet_io.h"

#include "protocol/frame.h"

namespace mogate::proxy {

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

Task<IoError> write_packet(Leg& leg, std::string_view payload, std::uint8_t& sequence) {
  std::string frames;
  protocol::append_packet(frames, protocol::as_bytes(payload), sequence);
  co_return co_await leg.write_all(std::string_view(frames));
}

}  // namespace mogate::proxy
