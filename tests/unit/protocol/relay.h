// Shows a stream to a ResponseTracker as a relay does. Without GoogleTest: the fuzzers use it too.
#pragma once

#include "protocol/response_tracker.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::protocol::test {

// A heap block of exactly the text's size, so that a sanitizer sees a read of one byte too many.
class Exact {
 public:
  explicit Exact(std::string_view text) : size_(text.size()), data_(new std::uint8_t[text.size()]) {
    std::copy(text.begin(), text.end(), data_.get());
  }
  operator Bytes() const { return {data_.get(), size_}; }
  std::span<std::uint8_t> writable() { return {data_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<std::uint8_t[]> data_;
};

// What a relay did with a stream: bytes passed on, packets it took out, and the stops other than need_more.
struct Relayed {
  using Stop = ResponseTracker::Stop;
  std::string forwarded;
  std::string taken;
  std::string left;
  std::vector<Stop> stops;
  bool operator==(const Relayed&) const = default;
};

class Relay {
 public:
  using Stop = ResponseTracker::Stop;
  explicit Relay(ResponseTracker& tracker) : tracker_(tracker) {}

  void feed(std::string_view piece) {
    relayed_.left += piece;
    while (!over() && step()) {
    }
  }
  const Relayed& relayed() const { return relayed_; }
  bool over() const { return over_; }

 private:
  // False when more bytes are needed.
  bool step() {
    Exact input(relayed_.left);
    auto progress = tracker_.consume(input.writable());
    auto shown = as_text(input);
    relayed_.forwarded += shown.substr(0, progress.bytes);
    relayed_.left = shown.substr(progress.bytes);
    if (progress.stop == Stop::need_more) return false;
    bool takes = progress.stop == Stop::error_packet || progress.stop == Stop::infile_refused;
    if (takes && !take_packet()) return false;
    relayed_.stops.push_back(progress.stop);
    if (progress.stop == Stop::error_packet) tracker_.error_taken();
    if (progress.stop == Stop::infile_refused || progress.stop == Stop::local_infile) tracker_.resume();
    over_ = progress.stop == Stop::done || progress.stop == Stop::malformed;
    return !over_;
  }
  bool take_packet() {
    auto header = FrameCursor::peek(as_bytes(relayed_.left));
    if (!header || relayed_.left.size() < kFrameHeader + header->length) return false;
    relayed_.taken += relayed_.left.substr(0, kFrameHeader + header->length);
    relayed_.left.erase(0, kFrameHeader + header->length);
    return true;
  }

  ResponseTracker& tracker_;
  Relayed relayed_;
  bool over_ = false;
};

}  // namespace mogate::protocol::test
