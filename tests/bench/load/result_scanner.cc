#include "tests/bench/load/result_scanner.h"

#include <algorithm>

namespace mogate::bench {
namespace {
constexpr std::uint8_t header_size = 4;
constexpr unsigned char ok = 0x00;
constexpr unsigned char eof = 0xFE;
constexpr unsigned char err = 0xFF;
// An EOF packet is shorter than this; a row that begins with 0xFE is longer.
constexpr std::uint32_t eof_limit = 9;
}  // namespace

void ResultScanner::feed(std::string_view bytes) {
  while (!bytes.empty() && !done_) {
    if (header_bytes_ < header_size) {
      header_byte(static_cast<unsigned char>(bytes.front()));
      bytes.remove_prefix(1);
      continue;
    }
    if (at_first_byte_) packet_starts(static_cast<unsigned char>(bytes.front()));
    const auto taken = std::min<std::size_t>(left_, bytes.size());
    left_ -= static_cast<std::uint32_t>(taken);
    bytes.remove_prefix(taken);
    if (left_ == 0) header_bytes_ = 0;
  }
}

void ResultScanner::header_byte(unsigned char byte) {
  if (header_bytes_ == 0) length_ = 0;
  if (header_bytes_ < 3) length_ |= static_cast<std::uint32_t>(byte) << (8 * header_bytes_);
  if (++header_bytes_ < header_size) return;
  left_ = length_;
  at_first_byte_ = true;
  if (left_ == 0) header_bytes_ = 0;
}

void ResultScanner::packet_starts(unsigned char first) {
  at_first_byte_ = false;
  if (first == err) {
    done_ = failed_ = true;
  } else if (!in_result_) {
    in_result_ = true;
    done_ = first == ok;
  } else if (first == eof && length_ < eof_limit) {
    done_ = ++eofs_ == 2;
  }
}

}  // namespace mogate::bench
