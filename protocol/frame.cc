#include "protocol/frame.h"

namespace mogate::protocol {

void append_packet(std::string& out, Bytes payload, std::uint8_t& sequence) {
  std::size_t take = 0;
  do {
    take = std::min(payload.size(), kMaxFramePayload);
    ByteWriter(out).u24(static_cast<std::uint32_t>(take)).u8(sequence++).bytes(payload.first(take));
    payload = payload.subspan(take);
  } while (take == kMaxFramePayload);
}

std::size_t PacketAssembler::feed(Bytes input) {
  std::size_t at = 0;
  while (!complete_ && !too_large_) {
    if (!in_frame_) {
      while (header_.size() < kFrameHeader && at < input.size())
        header_.push_back(static_cast<char>(input[at++]));
      if (header_.size() < kFrameHeader) break;
      ByteReader r(as_bytes(header_));
      FrameHeader header{r.u24(), r.u8()};
      header_.clear();
      too_large_ = payload_.size() + header.length > limit_;
      if (too_large_) break;
      sequence_ = header.sequence;
      frames_.enter(header);
      in_frame_ = true;
    }
    auto take = frames_.skip(input.size() - at);
    payload_.append(as_text(input.subspan(at, take)));
    at += take;
    if (frames_.left_in_frame() != 0) break;
    in_frame_ = false;
    complete_ = frames_.at_border();
  }
  return at;
}

void PacketAssembler::reset() {
  header_.clear();
  payload_.clear();
  frames_ = {};
  in_frame_ = complete_ = too_large_ = false;
}

}  // namespace mogate::protocol
