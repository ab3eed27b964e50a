// Finds the end of a server's answer in a stream of bytes, looking only at packet headers and first bytes.
// The load generator has to cost less than what it measures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mogate::bench {

// For sessions without CLIENT_DEPRECATE_EOF: a result ends at its second EOF packet.
class ResultScanner {
 public:
  void start() { *this = ResultScanner(); }
  // `bytes` is whatever came from the socket, cut anywhere.
  void feed(std::string_view bytes);

  bool done() const { return done_; }
  bool failed() const { return failed_; }

 private:
  void header_byte(unsigned char byte);
  void packet_starts(unsigned char first);

  std::uint32_t length_ = 0;
  std::uint32_t left_ = 0;
  std::uint8_t header_bytes_ = 0;
  bool at_first_byte_ = false;
  bool in_result_ = false;
  std::uint8_t eofs_ = 0;
  bool done_ = false;
  bool failed_ = false;
};

}  // namespace mogate::bench
