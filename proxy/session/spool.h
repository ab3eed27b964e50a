// Bytes kept for later, in memory as long as they are few, then in an unnamed temporary file.
#pragma once

#include "proxy/net/file_descriptor.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace mogate::proxy {

class Spool {
 public:
  struct Limits {
    std::size_t memory = 0;  // bytes kept in memory
    std::uint64_t total = 0;
    std::string directory;  // for the file; empty: the system's
  };
  explicit Spool(Limits limits) : limits_(std::move(limits)) {}

  // False when the limit is reached or the disk refuses: nothing of `bytes` is kept then.
  bool append(std::span<const std::uint8_t> bytes);
  // Takes from the front as much as there is room for; 0 at the end, or when the file can't be read.
  std::size_t read(std::span<std::uint8_t> room);
  // The last `bytes` that were read are read again.
  void unread(std::size_t bytes) { begin_ -= bytes; }
  bool empty() const { return begin_ == end_; }

 private:
  bool move_to_file();
  bool write_file(std::span<const std::uint8_t> bytes);

  Limits limits_;
  std::string memory_;  // empty once there is a file
  FileDescriptor file_;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace mogate::proxy
