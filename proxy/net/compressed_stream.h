// One connection's compressed layer, both ways, between a leg's plain bytes and those of its socket or TLS.
// Borrows what it needs for the time it needs it.
#pragma once

#include "proxy/net/buffer.h"
#include "proxy/net/compression_pool.h"
#include "proxy/net/io_error.h"

#include <span>
#include <string>

namespace mogate::proxy {

// What a login agreed on.
struct CompressionChoice {
  protocol::Compression algorithm = protocol::Compression::none;
  std::uint8_t zstd_level = 0;
};

class CompressedStream {
 public:
  // Both pools outlive it.
  CompressedStream(CompressionPool& pool, BufferPool& buffers, CompressionChoice choice)
      : pool_(pool),
        algorithm_(choice.algorithm),
        input_(buffers),
        compressor_(pool.encoder(choice.algorithm, choice.zstd_level)) {}
  CompressedStream(const CompressedStream&) = delete;
  CompressedStream& operator=(const CompressedStream&) = delete;
  ~CompressedStream() { pool_.give_back(algorithm_, std::move(decompressor_)); }

  // The next compressed packet of either side is numbered 0.
  void begin_command() { sequence_ = 0; }

  // Compressed bytes of the peer are to be put in here, when take() gave nothing.
  Buffer& input() { return input_; }
  struct Taken {
    std::size_t bytes = 0;
    IoFault fault = IoFault::none;
  };
  // Plain bytes of at most one compressed packet, so that the caller can say whether a command begins behind
  // it.
  Taken take(std::span<std::uint8_t> room);
  // take() can give more without further input.
  bool has_more() const { return room_full_ || !input_.empty(); }

  // Appends plain bytes to `out` as compressed packets; a beginning of a frame is kept until its end comes.
  void append(std::string& out, protocol::Bytes plain) { compressor_.append(out, plain, sequence_); }

 private:
  CompressionPool& pool_;
  protocol::Compression algorithm_;
  Buffer input_;
  protocol::Compressor compressor_;
  CompressionPool::DecompressorPtr decompressor_;  // inside a packet
  bool room_full_ = false;
  std::uint8_t sequence_ = 0;
};

}  // namespace mogate::proxy
