// The compressed layer of the classic protocol (MySQL source documentation, "Compressed Packet"): 3 bytes of
// length, 1 sequence number, 3 bytes of length before compression (0: the bytes follow as they are), then the
// bytes. It cuts the stream of packets anywhere: one packet may be in several compressed ones, and several in
// one. It begins behind the OK that ends the login.
//
// `sequence` is the number of the next compressed packet, of whichever side sends it. It belongs to the
// caller, who sets it to 0 where a command begins, as with the packets inside, and keeps it apart from
// theirs.
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
inline constexpr std::size_t kMaxCompressedBody = 0xFFFFFF;
// Shorter pieces are sent as they are (MIN_COMPRESS_LENGTH of MySQL).
inline constexpr std::size_t kMinCompressed = 50;
// Longer frames are sent as they are, so that none is ever held in memory. A zstd context stays under 6 MiB
// with pieces of this size at every level that a client may ask for.
inline constexpr std::size_t kMaxPiece = 256U << 10;

// `agreed`: the capabilities of both sides. With both algorithms it is zlib, as in MySQL.
Compression compression_of(Capabilities agreed) noexcept;

// Makes compressed packets of whole frames. They might end anywhere, but there are clients that take a header
// to be in one compressed packet and a frame in no more than two (mysql-connector-python in pure mode): only
// a frame of nearly 16 MiB is in two here.
class Compressor {
 public:
  // The encoder keeps nothing between two calls: one can serve all connections of a thread. It must outlive
  // the compressor.
  explicit Compressor(StreamEncoder& encoder) : encoder_(&encoder) {}

  // Appends the next bytes of the stream, cut anywhere, as compressed packets. An unfinished frame of up to
  // kMaxPiece bytes is kept until the rest of it comes.
  void append(std::string& out, Bytes plain, std::uint8_t& sequence);

 private:
  void append_piece(std::string& out, Bytes piece, std::uint8_t& sequence);
  void pass_on(std::string& out, Bytes& plain, std::uint8_t& sequence);
  void hold(std::string& out, Bytes& plain, std::uint8_t& sequence);

  StreamEncoder* encoder_;
  std::string held_;            // an unfinished frame's beginning
  std::size_t frame_left_ = 0;  // of a frame that is passed on as it is
  std::size_t announced_ = 0;   // of those, what the compressed packet's header has said
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

  // Between compressed packets nothing is kept of a connection, so that a few can serve many.
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
