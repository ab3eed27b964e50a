// Sticky reader and writer of the protocol's basic types. A reader that ran out of bytes stays failed and
// gives zeros and empty views, so that a message is read whole and tested once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mogate::protocol {

using Bytes = std::span<const std::uint8_t>;

inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Reads little-endian integers and strings from a payload. Views point into that payload and live as long as
// it.
class ByteReader {
 public:
  explicit ByteReader(Bytes payload) : rest_(payload) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(fixed(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(fixed(2)); }
  std::uint32_t u24() { return static_cast<std::uint32_t>(fixed(3)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(fixed(4)); }
  std::uint64_t u64() { return fixed(8); }

  // Length-encoded integer; 0xFB (NULL) and 0xFF make the reader fail.
  std::uint64_t lenenc_int();
  std::string_view lenenc_string() { return text(lenenc_int()); }
  // A text row's cell: nullopt for NULL (0xFB).
  std::optional<std::string_view> nullable_lenenc_string();
  // Up to a NUL, which is consumed and not part of the view; fails if there is none.
  std::string_view nul_string();
  // Up to a NUL, which is consumed, or all there is; for fields that end a packet.
  std::string_view nul_string_or_rest();
  std::string_view text(std::uint64_t length) { return as_text(bytes(length)); }
  Bytes bytes(std::uint64_t length);
  Bytes rest() { return bytes(rest_.size()); }
  std::string_view rest_text() { return as_text(rest()); }
  void skip(std::uint64_t length) { bytes(length); }
  // For a caller that found a value wrong: the reader is failed from here on.
  void refuse() { fail(); }

  std::size_t left() const { return rest_.size(); }
  bool failed() const { return failed_; }
  // Read whole and nothing over.
  bool done() const { return !failed_ && rest_.empty(); }

 private:
  std::uint64_t fixed(std::size_t width);
  Bytes fail();

  Bytes rest_;
  bool failed_ = false;
};

// Appends to a string that the caller owns.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  ByteWriter& u8(std::uint8_t v) { return fixed(v, 1); }
  ByteWriter& u16(std::uint16_t v) { return fixed(v, 2); }
  ByteWriter& u24(std::uint32_t v) { return fixed(v, 3); }
  ByteWriter& u32(std::uint32_t v) { return fixed(v, 4); }
  ByteWriter& u64(std::uint64_t v) { return fixed(v, 8); }
  ByteWriter& lenenc_int(std::uint64_t v);
  ByteWriter& lenenc_string(std::string_view v) { return lenenc_int(v.size()).text(v); }
  ByteWriter& nul_string(std::string_view v) { return text(v).u8(0); }
  ByteWriter& text(std::string_view v) {
    out_.append(v);
    return *this;
  }
  ByteWriter& bytes(Bytes v) { return text(as_text(v)); }
  ByteWriter& zeros(std::size_t count) {
    out_.append(count, '\0');
    return *this;
  }

 private:
  ByteWriter& fixed(std::uint64_t v, std::size_t width);

  std::string& out_;
};

}  // namespace mogate::protocol
