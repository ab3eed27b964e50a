// The compressed layer of the classic protocol (MySQL source documentation, "Compressed Packet"): 3 bytes of
// length, 1 sequence number, 3 bytes of length before compression (0: the bytes follow as they are), then the
// bytes. It cuts the stream of packets anywhere: one packet may be in several compressed ones, and several in
// one. It begins behind the OK that ends the login.
//
// `sequence` is the number of the next compressed packet, of whichever side sends it. It belongs to the
// caller, who sets it to 0 where a command begins, as with the packets inside, and keeps it apart from
// theirs. Between compressed packets neither class holds anything of a connection: one compressor and a few
// decompressors can serve all connections of a thread.
#pragma once

#include "protocol/constants.h"
#include "protocol/stream_codec.h"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace mogate::protocol {

inline constexpr std::size_t kCompressedHeader = 7;
// Shorter pieces are sent as they are (MIN_COMPRESS_LENGTH of MySQL).
inline constexpr std::size_t kMinCompressed = 50;
// Longer ones are split, far below what three bytes can say: with it a zstd context stays under 2 MiB at
// every level that a client may ask for.
inline constexpr std::size_t kMaxPlainPiece = 64U << 10;

// `agreed`: the capabilities of both sides. With both algorithms it is zlib, as in MySQL.
Compression compression_of(Capabilities agreed) noexcept;

class Compressor {
 public:
  // `zstd_level` as the client sent it in its handshake response.
  explicit Compressor(Compression compression, std::uint8_t zstd_level = 0)
      : encoder_(make_encoder(compression, zstd_level)) {}

  // Appends `plain` (any part of the stream) as compressed packets.
  void append(std::string& out, Bytes plain, std::uint8_t& sequence);

 private:
  void append_piece(std::string& out, Bytes piece, std::uint8_t& sequence);

  std::unique_ptr<StreamEncoder> encoder_;
};

class Decompressor {
 public:
  enum class Stop : std::uint8_t {
    need_input,    // all input was taken
    room_full,     // call again with room
    packet_end,    // a compressed packet is complete: if a command begins behind it, set the sequence to 0
    out_of_order,  // not the sequence number that was due (error 1156)
    wrong_length,  // the stream is not as long as its header says (error 1157)
    corrupt,       // the bytes are no stream of the algorithm (error 1157)
  };
  struct Progress {
    std::size_t consumed = 0;
    std::size_t produced = 0;
    Stop stop = Stop::need_input;
  };

  explicit Decompressor(Compression compression) : decoder_(make_decoder(compression)) {}

  // Takes from `input`, cut anywhere, and writes plain bytes into `room`, until one of the stops. After the
  // last three stops the connection is of no use any more.
  Progress feed(Bytes input, std::span<std::uint8_t> room, std::uint8_t& sequence);

  // Not inside a compressed packet.
  bool at_border() const { return header_size_ == 0; }

 private:
  bool take_header(Bytes& input);
  Stop begin_packet(std::uint8_t& sequence);
  Stop copy(Bytes& input, std::span<std::uint8_t>& room);
  Stop decode(Bytes& input, std::span<std::uint8_t>& room);

  std::unique_ptr<StreamDecoder> decoder_;
  std::array<std::uint8_t, kCompressedHeader> header_{};
  std::size_t header_size_ = 0;
  std::uint32_t packed_left_ = 0;  // bytes of the compressed packet still to come
  std::uint32_t plain_left_ = 0;   // bytes still to be given out, when it is compressed
  bool compressed_ = false;
  bool filled_ = false;  // the last step filled its room: the decoder may have more to give
};

}  // namespace mogate::protocol
