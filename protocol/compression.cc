#include "protocol/compression.h"

#include <algorithm>

namespace mogate::protocol {
namespace {

std::uint8_t* writable(std::string& text, std::size_t at) {
  return reinterpret_cast<std::uint8_t*>(text.data()) + at;
}

}  // namespace

Compression compression_of(Capabilities agreed) noexcept {
  if (agreed & cap::compress) return Compression::zlib;
  return agreed & cap::zstd ? Compression::zstd : Compression::none;
}

void Compressor::append(std::string& out, Bytes plain, std::uint8_t& sequence) {
  while (!plain.empty()) {
    auto piece = plain.first(std::min(plain.size(), kMaxPlainPiece));
    append_piece(out, piece, sequence);
    plain = plain.subspan(piece.size());
  }
}

void Compressor::append_piece(std::string& out, Bytes piece, std::uint8_t& sequence) {
  auto at = out.size();
  out.resize(at + kCompressedHeader + piece.size());
  auto body = std::span(writable(out, at + kCompressedHeader), piece.size());
  // What does not become shorter is not worth the client's work.
  std::optional<std::size_t> packed;
  if (encoder_ && piece.size() >= kMinCompressed)
    packed = encoder_->encode(piece, body.first(piece.size() - 1));
  if (!packed) std::copy(piece.begin(), piece.end(), body.begin());
  out.resize(at + kCompressedHeader + packed.value_or(piece.size()));

  std::string header;
  ByteWriter(header)
      .u24(static_cast<std::uint32_t>(packed.value_or(piece.size())))
      .u8(sequence++)
      .u24(packed ? static_cast<std::uint32_t>(piece.size()) : 0);
  std::copy(header.begin(), header.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
}

bool Decompressor::take_header(Bytes& input) {
  auto take = std::min(kCompressedHeader - header_size_, input.size());
  std::copy_n(input.begin(), take, header_.begin() + static_cast<std::ptrdiff_t>(header_size_));
  header_size_ += take;
  input = input.subspan(take);
  return header_size_ == kCompressedHeader;
}

Decompressor::Stop Decompressor::begin_packet(std::uint8_t& sequence) {
  ByteReader r(header_);
  packed_left_ = r.u24();
  if (r.u8() != sequence) return Stop::out_of_order;
  ++sequence;
  plain_left_ = r.u24();
  compressed_ = plain_left_ != 0;
  filled_ = false;
  if (compressed_ && packed_left_ == 0) return Stop::wrong_length;
  if (compressed_ && !decoder_) return Stop::corrupt;
  if (compressed_) decoder_->restart();
  return Stop::need_input;
}

Decompressor::Stop Decompressor::copy(Bytes& input, std::span<std::uint8_t>& room) {
  auto take = std::min({input.size(), room.size(), std::size_t{packed_left_}});
  std::copy_n(input.begin(), take, room.begin());
  input = input.subspan(take);
  room = room.subspan(take);
  packed_left_ -= static_cast<std::uint32_t>(take);
  if (packed_left_ == 0) return Stop::packet_end;
  return input.empty() ? Stop::need_input : Stop::room_full;
}

Decompressor::Stop Decompressor::decode(Bytes& input, std::span<std::uint8_t>& room) {
  while (true) {
    auto in = input.first(std::min<std::size_t>(input.size(), packed_left_));
    if (in.empty() && !filled_ && packed_left_ != 0) return Stop::need_input;
    // When all that was announced is out, the stream may only end: one byte more proves a wrong length.
    std::uint8_t over = 0;
    auto out =
        plain_left_ == 0 ? std::span(&over, 1) : room.first(std::min<std::size_t>(room.size(), plain_left_));
    if (out.empty()) return Stop::room_full;
    auto step = decoder_->step(in, out);
    if (step.produced > plain_left_) return Stop::wrong_length;
    if (step.failed) return Stop::corrupt;
    input = input.subspan(step.consumed);
    room = room.subspan(step.produced);
    packed_left_ -= static_cast<std::uint32_t>(step.consumed);
    plain_left_ -= static_cast<std::uint32_t>(step.produced);
    filled_ = step.produced == out.size();
    if (step.ended) return packed_left_ == 0 && plain_left_ == 0 ? Stop::packet_end : Stop::wrong_length;
    if (packed_left_ == 0 && !filled_) return Stop::wrong_length;
    if (!in.empty() && step.consumed == 0 && step.produced == 0) return Stop::corrupt;
  }
}

Decompressor::Progress Decompressor::feed(Bytes input, std::span<std::uint8_t> room, std::uint8_t& sequence) {
  auto input_size = input.size();
  auto room_size = room.size();
  auto stop = Stop::need_input;
  if (header_size_ < kCompressedHeader) {
    if (!take_header(input)) return {input_size - input.size(), 0, stop};
    stop = begin_packet(sequence);
  }
  if (stop == Stop::need_input) stop = compressed_ ? decode(input, room) : copy(input, room);
  if (stop == Stop::packet_end) header_size_ = 0;
  return {input_size - input.size(), room_size - room.size(), stop};
}

}  // namespace mogate::protocol
