// A leg on one end of a socket pair, in a loop.
#pragma once

#include "proxy/net/leg.h"

#include <gtest/gtest.h>

#include <functional>
#include <sys/socket.h>

namespace mogate::proxy::test {

// A leg on one end of a socket pair. What a test awaits runs in the loop and stops it.
class LegTest : public testing::Test {
 protected:
  LegTest() {
    int fds[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    leg_.adopt(FileDescriptor(fds[0]));
    far_ = FileDescriptor(fds[1]);
  }

  using Body = std::function<Task<void>()>;
  static Detached start(const Body& body, Reactor& reactor) {
    co_await body();
    reactor.stop();
  }
  void run(const Body& body) {
    reactor_.post([&] { start(body, reactor_); });
    reactor_.run();
  }

  void send(std::string_view text) const {
    EXPECT_EQ(::write(far_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  Task<std::string> read(std::size_t room) {
    std::vector<std::uint8_t> into(room);
    auto got = co_await leg_.read_some(into);
    last_error_ = got.error;
    co_return std::string(into.begin(), into.begin() + static_cast<std::ptrdiff_t>(got.bytes));
  }
  bool readable() const { return readiness_.is_set(event::client_read); }

  Reactor reactor_;
  Readiness readiness_;
  Leg leg_{reactor_, Side::client, readiness_};
  FileDescriptor far_;
  IoError last_error_;
};

}  // namespace mogate::proxy::test
