#include "proxy/server/listening_sockets.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace mogate::proxy {
namespace {

Endpoint any_port() { return std::get<Endpoint>(resolve("127.0.0.1", 0)); }

int open_socket() {
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  auto to = any_port();
  EXPECT_EQ(::bind(fd, to.data(), static_cast<socklen_t>(to.size())), 0);
  EXPECT_EQ(::listen(fd, 1), 0);
  return fd;
}

TEST(ListeningSockets, are_inherited_as_their_text_says) {
  ListeningSockets before, after;
  int fd = open_socket();
  auto bound = local_endpoint(fd);
  before.add(fd, any_port());
  before.add(open_socket(), any_port());
  before.remove(before.all()[1].fd);
  after.inherit(ListeningSockets::to_text(before.all()));
  EXPECT_TRUE(after.has_left(bound));
  auto taken = after.take(any_port());
  EXPECT_EQ(taken.get(), fd) << "by what was asked for";
  EXPECT_FALSE(after.has_left(bound));
  EXPECT_FALSE(after.take(bound));
}

TEST(ListeningSockets, are_found_by_where_they_listen) {
  ListeningSockets sockets;
  int fd = open_socket();
  sockets.inherit(ListeningSockets::to_text({{fd, "127.0.0.1:0"}}));
  EXPECT_EQ(sockets.take(local_endpoint(fd)).get(), fd);
}

TEST(ListeningSockets, nobody_takes_are_closed) {
  ListeningSockets sockets;
  int fd = open_socket();
  auto bound = local_endpoint(fd);
  sockets.inherit(ListeningSockets::to_text({{fd, "127.0.0.1:1"}}));
  sockets.close_left();
  EXPECT_FALSE(sockets.has_left(bound));
  FileDescriptor client(::socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_NE(::connect(client.get(), bound.data(), static_cast<socklen_t>(bound.size())), 0);
}

TEST(ListeningSockets, text_that_names_no_open_descriptor_gives_none) {
  for (const char* text :
       {"", "x", "=", "7", "9999=127.0.0.1:1", "-1=127.0.0.1:1", "\n\n", "a=127.0.0.1:1"}) {
    ListeningSockets sockets;
    sockets.inherit(text);
    EXPECT_FALSE(sockets.take(std::get<Endpoint>(resolve("127.0.0.1", 1)))) << text;
  }
}

}  // namespace
}  // namespace mogate::proxy
