// zlib and zstd behind one face. A context serves one stream after the other; memory is allocated when it is
// made and, by zstd, when a stream needs more than those before it.
#pragma once

#include "protocol/bytes.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace mogate::protocol {

enum class Compression : std::uint8_t { none, zlib, zstd };

class StreamDecoder {
 public:
  struct Step {
    std::size_t consumed = 0;
    std::size_t produced = 0;
    bool ended = false;   // the stream is whole and all of it was given out
    bool failed = false;  // the bytes are no such stream
  };
  virtual ~StreamDecoder() = default;
  virtual void restart() = 0;
  // Goes on with the stream. When `room` was filled there may be more to give out without any input.
  virtual Step step(Bytes input, std::span<std::uint8_t> room) = 0;
};

class StreamEncoder {
 public:
  virtual ~StreamEncoder() = default;
  // The whole of `plain` as one stream: its length in `room`, nullopt if it does not fit.
  virtual std::optional<std::size_t> encode(Bytes plain, std::span<std::uint8_t> room) = 0;
};

// Null for Compression::none. Throws std::bad_alloc.
std::unique_ptr<StreamDecoder> make_decoder(Compression compression);
// `zstd_level` is the client's byte; what zstd does not know is taken as its default. zlib's level is 6, as
// in MySQL.
std::unique_ptr<StreamEncoder> make_encoder(Compression compression, std::uint8_t zstd_level);

}  // namespace mogate::protocol
