#include "protocol/bytes.h"

#include <algorithm>

namespace mogate::protocol {

Bytes ByteReader::fail() {
  failed_ = true;
  rest_ = {};
  return {};
}

Bytes ByteReader::bytes(std::uint64_t length) {
  if (failed_ || length > rest_.size()) return fail();
  auto taken = rest_.first(static_cast<std::size_t>(length));
  rest_ = rest_.subspan(taken.size());
  return taken;
}

std::uint64_t ByteReader::fixed(std::size_t width) {
  std::uint64_t value = 0;
  auto raw = bytes(width);
  for (std::size_t i = 0; i < raw.size(); ++i) value |= std::uint64_t{raw[i]} << (8 * i);
  return value;
}

std::uint64_t ByteReader::lenenc_int() {
  auto first = u8();
  switch (first) {
    case 0xFC: return u16();
    case 0xFD: return u24();
    case 0xFE: return u64();
    case 0xFB:
    case 0xFF: fail(); return 0;
    default: return first;
  }
}

std::optional<std::string_view> ByteReader::nullable_lenenc_string() {
  if (!rest_.empty() && rest_.front() == 0xFB) {
    skip(1);
    return std::nullopt;
  }
  return lenenc_string();
}

std::string_view ByteReader::nul_string() {
  auto end = std::find(rest_.begin(), rest_.end(), std::uint8_t{0});
  if (failed_ || end == rest_.end()) {
    fail();
    return {};
  }
  auto view = text(static_cast<std::uint64_t>(end - rest_.begin()));
  skip(1);
  return view;
}

std::string_view ByteReader::nul_string_or_rest() {
  bool ended = std::find(rest_.begin(), rest_.end(), std::uint8_t{0}) != rest_.end();
  return ended ? nul_string() : rest_text();
}

ByteWriter& ByteWriter::fixed(std::uint64_t v, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) out_.push_back(static_cast<char>(v >> (8 * i) & 0xFF));
  return *this;
}

ByteWriter& ByteWriter::lenenc_int(std::uint64_t v) {
  if (v < 0xFB) return u8(static_cast<std::uint8_t>(v));
  if (v <= 0xFFFF) return u8(0xFC).u16(static_cast<std::uint16_t>(v));
  if (v <= 0xFFFFFF) return u8(0xFD).u24(static_cast<std::uint32_t>(v));
  return u8(0xFE).u64(v);
}

}  // namespace mogate::protocol
