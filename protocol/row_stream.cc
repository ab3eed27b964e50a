#include "protocol/row_stream.h"

#include "protocol/messages.h"

namespace mogate::protocol {

RowStream::Progress RowStream::consume(std::span<std::uint8_t> input) {
  std::size_t at = 0;
  while (true) {
    at += frames_.skip(input.size() - at);
    if (frames_.left_in_frame() != 0) return {at, Stop::need_more};
    if (in_row_ && frames_.at_border()) {
      in_row_ = false;
      --left_;
    }
    if (!in_row_ && left_ == 0) return {at, Stop::limit};
    auto rest = input.subspan(at);
    auto header = FrameCursor::peek(rest);
    if (!header) return {at, Stop::need_more};
    if (!in_row_ && header->length != 0) {
      auto first = rest[kFrameHeader];
      if (first == 0xFF) return {at, Stop::error};
      if (is_result_end(first, header->length, caps_)) return {at, Stop::end};
    }
    rest[kSequenceAt] = sequence_++;
    frames_.enter(*header);
    in_row_ = true;
    at += kFrameHeader;
  }
}

}  // namespace mogate::protocol
