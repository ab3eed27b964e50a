// Whole packets over a blocking socket.
#pragma once

#include "protocol/bytes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mogate::simulator {

// Thrown when the peer is gone.
struct Disconnected {};

class PacketStream {
 public:
  explicit PacketStream(int fd) : fd_(fd) {}
  ~PacketStream();
  PacketStream(const PacketStream&) = delete;
  PacketStream& operator=(const PacketStream&) = delete;

  // The next packet, frames joined. Sets the sequence number that the next write continues.
  std::string read();
  // Buffers; sent by flush() or when much has gathered.
  void write(std::string_view payload);
  void write_raw(std::string_view bytes);
  void flush();

  // Bytes that came behind the last packet read, taken out of the stream.
  std::string take_unread();
  bool has_unread() const { return at_ < in_.size(); }

  // What was written since mark() can be taken back unless some of it was sent.
  struct Mark {
    std::size_t written = 0;
    std::size_t flushes = 0;
    std::uint8_t sequence = 0;
  };
  Mark mark() const { return {out_.size(), flushes_, sequence_}; }
  bool rewind(Mark mark);

  void restart_sequence() { sequence_ = 0; }
  int fd() const { return fd_; }
  void shutdown();  // any thread: ends reads and writes of this stream

 private:
  void fill(std::size_t wanted);
  [[noreturn]] void reset();

  int fd_;
  std::uint8_t sequence_ = 0;
  std::string in_;
  std::size_t at_ = 0;  // of what is unread in in_
  std::string out_;
  std::size_t flushes_ = 0;
};

}  // namespace mogate::simulator
