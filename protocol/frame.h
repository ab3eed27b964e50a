// Frames: 3 bytes of payload length, 1 sequence number, payload. A packet is one frame, or several when its
// payload reaches 16 MiB - 1; the last frame of a packet is shorter than that and may be empty.
#pragma once

#include "protocol/bytes.h"
#include "protocol/constants.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace mogate::protocol {

struct FrameHeader {
  std::uint32_t length = 0;
  std::uint8_t sequence = 0;
};

// Walks over a byte stream without holding any of it. The owner of the buffer asks for the next frame's
// header, enters it, and skips its payload; a header whose first payload byte has not come yet is not given,
// so that a packet can be judged before any byte of it is forwarded. What was not consumed must be shown
// again with more behind it.
class FrameCursor {
 public:
  // The header at the head of `input`, if it and one payload byte (when it has payload) are there.
  static std::optional<FrameHeader> peek(Bytes input) {
    if (input.size() < kFrameHeader) return std::nullopt;
    FrameHeader header{static_cast<std::uint32_t>(input[0] | input[1] << 8 | input[2] << 16), input[3]};
    if (header.length != 0 && input.size() == kFrameHeader) return std::nullopt;
    return header;
  }

  // Takes the header's four bytes as consumed.
  void enter(FrameHeader header) {
    left_ = header.length;
    continued_ = header.length == kMaxFramePayload;
  }

  // Consumes up to `available` payload bytes of the current frame and gives how many.
  std::size_t skip(std::size_t available) {
    auto take = std::min<std::size_t>(left_, available);
    left_ -= static_cast<std::uint32_t>(take);
    return take;
  }

  std::uint32_t left_in_frame() const { return left_; }
  // Another frame of the same packet follows the current one.
  bool continued() const { return continued_; }
  // Not inside a packet.
  bool at_border() const { return left_ == 0 && !continued_; }

 private:
  std::uint32_t left_ = 0;
  bool continued_ = false;
};

// Appends `payload` as frames, splitting at 16 MiB - 1. `sequence` is the first one and is moved behind the
// last.
void append_packet(std::string& out, Bytes payload, std::uint8_t& sequence);

// Puts a whole packet together from frames that are fed in any pieces. For handshakes, tests and the
// simulator; the relay never holds packets.
class PacketAssembler {
 public:
  explicit PacketAssembler(std::size_t limit = 64U << 20) : limit_(limit) {}

  // Consumes bytes up to the end of one packet; gives how many. complete() tells whether it is whole.
  std::size_t feed(Bytes input);
  bool complete() const { return complete_; }
  // The packet would be longer than the limit; nothing more is taken.
  bool too_large() const { return too_large_; }
  Bytes payload() const { return as_bytes(payload_); }
  std::uint8_t sequence() const { return sequence_; }  // of its last frame
  void reset();

 private:
  std::size_t limit_;
  FrameCursor frames_;
  std::string header_;
  std::string payload_;
  std::uint8_t sequence_ = 0;
  bool in_frame_ = false;
  bool complete_ = false;
  bool too_large_ = false;
};

}  // namespace mogate::protocol
