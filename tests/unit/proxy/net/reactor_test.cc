#include "proxy/net/reactor.h"

#include <array>
#include <memory>
#include <sys/socket.h>
#include <thread>

namespace mogate::proxy {
namespace {

struct Pair {
  FileDescriptor near;
  FileDescriptor far;

  Pair() {
    int fds[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    near = FileDescriptor(fds[0]);
    far = FileDescriptor(fds[1]);
  }
  void send(std::string_view text) const {
    EXPECT_EQ(::write(far.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
};

struct Ear final : Pollable {
  std::function<void(std::uint32_t)> heard;
  void on_events(std::uint32_t events) override { heard(events); }
};

TEST(Reactor, tells_of_what_was_there_before_and_of_each_edge_after) {
  Reactor reactor;
  Pair pair;
  Ear ear;
  pair.send("1");
  int edges = 0;
  ear.heard = [&](std::uint32_t events) {
    EXPECT_TRUE(events & EPOLLIN);
    if (++edges == 3) return reactor.stop();
    pair.send("next");  // nothing was read: the new bytes are an edge all the same
  };
  reactor.add(pair.near.get(), ear);
  reactor.run();
  EXPECT_EQ(edges, 3);
}

TEST(Reactor, tells_that_the_peer_has_gone) {
  Reactor reactor;
  Pair pair;
  Ear ear;
  std::uint32_t seen = 0;
  ear.heard = [&](std::uint32_t events) {
    seen |= events;
    if (seen & EPOLLRDHUP) return reactor.stop();
    pair.far.close();
  };
  reactor.add(pair.near.get(), ear);
  reactor.run();
  EXPECT_TRUE(seen & EPOLLRDHUP);
}

// Whoever hears first ends the other, whose event is in the same batch.
TEST(Reactor, what_was_forgotten_hears_nothing_of_the_batch_at_hand) {
  Reactor reactor;
  std::array<Pair, 2> pairs;
  std::array<std::unique_ptr<Ear>, 2> ears{std::make_unique<Ear>(), std::make_unique<Ear>()};
  int heard = 0;
  for (std::size_t i : {0U, 1U}) {
    ears[i]->heard = [&, i](std::uint32_t) {
      ++heard;
      auto& other = ears[1 - i];
      reactor.forget(*other);
      pairs[1 - i].near.close();
      other.reset();
      reactor.stop();
    };
    pairs[i].send("x");
  }
  for (std::size_t i : {0U, 1U}) reactor.add(pairs[i].near.get(), *ears[i]);
  reactor.run();
  EXPECT_EQ(heard, 1);
}

TEST(Reactor, runs_tasks_of_other_threads_on_its_own) {
  Reactor reactor;
  std::vector<std::thread::id> ran_on;
  std::thread loop([&] { reactor.run(); });
  auto loop_id = loop.get_id();
  for (int i = 0; i < 100; ++i) reactor.post([&] { ran_on.push_back(std::this_thread::get_id()); });
  reactor.post([&] {
    reactor.post([&] { reactor.stop(); });  // a task may post another
  });
  loop.join();
  EXPECT_EQ(ran_on, std::vector<std::thread::id>(100, loop_id));
}

TEST(Reactor, a_descriptor_that_cannot_be_watched_is_broken_to_its_owner) {
  Reactor reactor;
  Ear ear;
  std::uint32_t seen = 0;
  ear.heard = [&](std::uint32_t events) { seen = events; };
  reactor.add(-1, ear);
  EXPECT_TRUE(seen & EPOLLERR);
}

}  // namespace
}  // namespace mogate::proxy
