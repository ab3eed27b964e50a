// The listening sockets of this process, and those that the process before it left it (docs/operations.md,
// "Seamless restart").
#pragma once

#include "proxy/net/endpoint.h"
#include "proxy/net/file_descriptor.h"

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::proxy {

class ListeningSockets {
 public:
  struct Socket {
    int fd = -1;
    std::string asked_for;  // the address before the kernel chose a port
  };

  // The process's own.
  static ListeningSockets& instance();

  // Any thread.
  void add(int fd, const Endpoint& asked_for);
  void remove(int fd);
  std::vector<Socket> all() const;

  // As inherit() takes it: "7=127.0.0.1:6033 8=unix:/run/mogate.sock".
  static std::string to_text(const std::vector<Socket>& sockets);
  // Open descriptors that bear these numbers. What is not taken is closed with close_left().
  void inherit(std::string_view text);
  // One that listens on `to`, or was asked to; none is left: an empty one.
  FileDescriptor take(const Endpoint& to);
  bool has_left(const Endpoint& to) const;
  void close_left();

 private:
  std::size_t find_left(const Endpoint& to) const;

  mutable std::mutex mutex_;
  std::vector<Socket> own_;
  std::vector<Socket> left_;  // by the process before
};

}  // namespace mogate::proxy
