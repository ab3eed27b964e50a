// The old process's side of a seamless restart: starts a new one, which takes its place or fails
// (docs/operations.md).
#pragma once

#include "proxy/net/file_descriptor.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace mogate::proxy {

// What the process was started with, so that it can be started again.
struct CommandLine {
  std::string program;  // its path at the start: an upgrade puts the new one there
  std::vector<std::string> arguments;

  static CommandLine of_this_process(int argc, char** argv);
};

class Restart {
 public:
  // Called on the thread of `io`, before the new process begins to serve: this one has to leave its sockets.
  using Leave = std::function<void(pid_t successor)>;
  // Called on the thread of `io`: this process goes on.
  using Fail = std::function<void(const std::string& why)>;

  Restart(boost::asio::io_context& io, const CommandLine& command, Leave leave, Fail fail);

  // Starts a new process, unless one is being started. Its connection ids begin behind `first_id`.
  void begin(std::uint32_t first_id);
  bool under_way() const { return control_.is_open(); }

 private:
  // Says why not, if so.
  std::string spawn(std::uint32_t first_id, int control, pid_t& child) const;
  void listen_to(pid_t child);
  void hear(std::size_t bytes);
  void fail(const std::string& why);

  const CommandLine& command_;
  Leave leave_;
  Fail fail_;
  boost::asio::posix::stream_descriptor control_;
  boost::asio::steady_timer patience_;
  std::array<char, 32> said_{};
};

}  // namespace mogate::proxy
