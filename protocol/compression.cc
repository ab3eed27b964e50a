#include "protocol/compression.h"

#include <algorithm>

namespace mogate::protocol {
namespace {

std::uint8_t* writable(std::string& text, std::size_t at) {
  return reinterpret_cast<std::uint8_t*>(text.data()) + at;
}

void append_header(std::string& out, std::size_t body, std::uint8_t& sequence, std::size_t plain) {
  ByteWriter(out).u24(static_cast<std::uint32_t>(body)).u8(sequence++).u24(static_cast<std::uint32_t>(plain));
}

// With its header.
std::size_t frame_size(Bytes head) { return kFrameHeader + ByteReader(head).u24(); }

// The length of the whole frames at the head of `plain`, as many as a piece may have.
std::size_t whole_frames(Bytes plain) {
  std::size_t at = 0;
  while (plain.size() - at >= kFrameHeader) {
    auto end = at + frame_size(plain.subspan(at));
    if (end > std::min(plain.size(), kMaxPiece)) break;
    at = end;
  }
  return at;
}

}  // namespace

Compression compression_of(Capabilities agreed) noexcept {
  if (agreed & cap::compress) return Compression::zlib;
  return agreed & cap::zstd ? Compression::zstd : Compression::none;
}

void Compressor::append(std::string& out, Bytes plain, std::uint8_t& sequence) {
  while (!plain.empty()) {
    auto whole = held_.empty() && frame_left_ == 0 ? whole_frames(plain) : 0;
    if (whole != 0) {
      append_piece(out, plain.first(whole), sequence);
      plain = plain.subspan(whole);
    } else if (frame_left_ != 0) {
      pass_on(out, plain, sequence);
    } else {
      hold(out, plain, sequence);
    }
  }
}

void Compressor::append_piece(std::string& out, Bytes piece, std::uint8_t& sequence) {
  auto at = out.size();
  out.resize(at + kCompressedHeader + piece.size());
  // What does not become shorter is not worth the client's work.
  auto room = std::span(writable(out, at + kCompressedHeader), piece.size() - 1);
  auto packed = piece.size() < kMinCompressed ? std::nullopt : encoder_->encode(piece, room);
  std::string header;
  append_header(header, packed.value_or(piece.size()), sequence, packed ? piece.size() : 0);
  out.replace(at, kCompressedHeader, header);
  out.resize(at + kCompressedHeader + packed.value_or(0));
  if (!packed) out.append(as_text(piece));
}

void Compressor::pass_on(std::string& out, Bytes& plain, std::uint8_t& sequence) {
  if (announced_ == 0) {
    announced_ = std::min(frame_left_, kMaxCompressedBody);
    append_header(out, announced_, sequence, 0);
  }
  auto take = std::min(announced_, plain.size());
  out.append(as_text(plain.first(take)));
  plain = plain.subspan(take);
  announced_ -= take;
  frame_left_ -= take;
}

void Compressor::hold(std::string& out, Bytes& plain, std::uint8_t& sequence) {
  auto want = held_.size() < kFrameHeader ? kFrameHeader : frame_size(as_bytes(held_));
  auto take = std::min(want - held_.size(), plain.size());
  held_.append(as_text(plain.first(take)));
  plain = plain.subspan(take);
  if (held_.size() < kFrameHeader) return;
  auto size = frame_size(as_bytes(held_));
  if (size > kMaxPiece) {
    frame_left_ = size;
    auto head = as_bytes(held_);
    pass_on(out, head, sequence);
  } else if (held_.size() == size) {
    append_piece(out, as_bytes(held_), sequence);
  } else {
    return;
  }
  held_ = std::string();  // an idle connection keeps no memory
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
