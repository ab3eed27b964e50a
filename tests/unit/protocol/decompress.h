// Feeds a Decompressor as a session does. Without GoogleTest: the fuzzer uses it too.
#pragma once

#include "protocol/compression.h"
#include "unit/protocol/relay.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::protocol::test {

struct Decompressed {
  using Stop = Decompressor::Stop;
  std::string plain;
  std::size_t consumed = 0;
  std::size_t packets = 0;
  std::uint8_t sequence = 0;
  Stop stop = Stop::need_input;  // the last one
  bool at_border = true;
  bool operator==(const Decompressed&) const = default;

  bool failed() const {
    return stop == Stop::out_of_order || stop == Stop::wrong_length || stop == Stop::corrupt;
  }
};

// The stream in pieces that end at `ends` (ascending; the rest is the last piece), with `room_size` bytes of
// room at a time.
inline Decompressed decompress(Decompressor& decompressor, std::string_view stream,
                               std::vector<std::size_t> ends, std::size_t room_size,
                               std::uint8_t first_sequence = 0) {
  Decompressed seen;
  seen.sequence = first_sequence;
  std::string room(room_size, '\0');
  auto writable = std::span(reinterpret_cast<std::uint8_t*>(room.data()), room.size());
  ends.push_back(stream.size());
  for (auto end : ends) {
    do {
      Exact piece(stream.substr(seen.consumed, end - seen.consumed));
      auto progress = decompressor.feed(piece, writable, seen.sequence);
      seen.plain.append(room, 0, progress.produced);
      seen.consumed += progress.consumed;
      seen.stop = progress.stop;
      seen.packets += progress.stop == Decompressed::Stop::packet_end;
      if (seen.failed()) return seen;
    } while (seen.consumed < end || seen.stop == Decompressed::Stop::room_full);
  }
  seen.at_border = decompressor.at_border();
  return seen;
}

}  // namespace mogate::protocol::test
