#include "unit/proxy/net/leg_fixture.h"

namespace mogate::proxy {
namespace {

using test::LegTest;

TEST_F(LegTest, stays_readable_until_a_read_finds_less_than_it_has_room_for) {
  send("abcdef");
  run([&]() -> Task<void> {
    EXPECT_EQ(co_await read(3), "abc");
    EXPECT_TRUE(readable());
    EXPECT_EQ(co_await read(3), "def");
    EXPECT_TRUE(readable()) << "nobody knows yet that this was all";
    std::uint8_t byte = 0;
    EXPECT_EQ(leg_.try_read({&byte, 1}).bytes, 0U);
    EXPECT_FALSE(readable());
    send("gh");
    EXPECT_EQ(co_await read(3), "gh");
    EXPECT_FALSE(readable());
  });
}

TEST_F(LegTest, an_end_that_came_together_with_bytes_is_seen_behind_them) {
  send("ab");
  far_.close();
  run([&]() -> Task<void> {
    EXPECT_EQ(co_await read(10), "ab");
    EXPECT_EQ(co_await read(10), "");
    EXPECT_EQ(last_error_.fault, IoFault::closed);
    EXPECT_TRUE(readiness_.is_set(event::client_gone));
  });
}

TEST_F(LegTest, what_happens_while_it_is_set_aside_is_told_afterwards) {
  run([&]() -> Task<void> {
    leg_.set_aside();
    Reactor& reactor = reactor_;
    send("ab");
    far_.close();
    Readiness turn;
    reactor.post([&] { turn.raise(event::stop); });  // behind what the loop has to tell
    co_await turn.wait(event::stop);
    EXPECT_FALSE(readable());
    EXPECT_FALSE(readiness_.is_set(event::client_gone));
    leg_.put_back();
    EXPECT_EQ(co_await read(10), "ab");
    EXPECT_TRUE(readiness_.is_set(event::client_gone));
  });
}

TEST_F(LegTest, a_peek_takes_nothing_and_waits_for_more_than_was_seen) {
  send("head");
  run([&]() -> Task<void> {
    std::vector<std::uint8_t> room(100);
    auto first = co_await leg_.peek(room, 0);
    EXPECT_EQ(first.bytes, 4U);
    reactor_.post([&] { send("ertail"); });
    auto second = co_await leg_.peek(room, 4);
    EXPECT_EQ(second.bytes, 10U);
    leg_.skip(std::span(room).first(6));
    EXPECT_EQ(co_await read(100), "tail");
    EXPECT_FALSE(readable());
  });
}

TEST_F(LegTest, a_peek_ends_with_the_stream) {
  send("head");
  far_.close();
  run([&]() -> Task<void> {
    std::vector<std::uint8_t> room(100);
    auto first = co_await leg_.peek(room, 0);
    EXPECT_EQ(first.bytes, 4U);
    auto second = co_await leg_.peek(room, 4);
    EXPECT_EQ(second.bytes, 0U);
    EXPECT_EQ(second.error.fault, IoFault::closed);
  });
}

TEST_F(LegTest, a_write_waits_for_a_peer_that_takes_nothing_and_goes_on_when_it_does) {
  std::string much(4U << 20, 'x');
  std::size_t taken = 0;
  std::thread peer([&] {
    std::vector<char> into(1U << 16);
    ssize_t n = 0;
    while ((n = ::recv(far_.get(), into.data(), into.size(), 0)) != 0 && taken < much.size()) {
      if (n > 0) taken += static_cast<std::size_t>(n);
    }
  });
  run([&]() -> Task<void> {
    auto error = co_await leg_.write_all(std::string_view(much));
    EXPECT_FALSE(error);
    leg_.close();
  });
  peer.join();
  EXPECT_EQ(taken, much.size());
}

TEST_F(LegTest, a_write_to_a_peer_that_has_gone_is_an_error_of_its_side) {
  far_.close();
  run([&]() -> Task<void> {
    auto error = co_await leg_.write_all(std::string_view("x"));
    EXPECT_EQ(error.fault, IoFault::reset);
    EXPECT_EQ(error.side, Side::client);
  });
}

TEST_F(LegTest, a_leg_that_takes_another_socket_forgets_what_the_first_one_was_ready_for) {
  send("old");
  run([&]() -> Task<void> {
    EXPECT_EQ(co_await read(1), "o");
    int fds[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    far_ = FileDescriptor(fds[1]);
    leg_.adopt(FileDescriptor(fds[0]));
    EXPECT_FALSE(readable());
    send("new");
    EXPECT_EQ(co_await read(10), "new");
  });
}

}  // namespace
}  // namespace mogate::proxy
