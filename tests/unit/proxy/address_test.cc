#include "proxy/config/address.h"

#include <gtest/gtest.h>

namespace mogate::proxy {
namespace {

TEST(AddressText, is_read_and_shown) {
  for (const char* text : {"127.0.0.1:6001", "db.example:1", "[::1]:65535", "[fe80::1]:0",
                           "unix:/run/mogate/m.sock", "unix:/a:1"}) {
    Address address;
    ASSERT_TRUE(parse_address(text, address)) << text;
    EXPECT_EQ(to_string(address), text);
  }
}

TEST(AddressText, gives_host_and_port_or_a_path) {
  Address address;
  ASSERT_TRUE(parse_address("[::1]:6033", address));
  EXPECT_EQ(address.host, "::1");
  EXPECT_EQ(address.port, 6033);
  EXPECT_EQ(address.path, "");
  ASSERT_TRUE(parse_address("unix:/m.sock", address));
  EXPECT_EQ(address.host, "");
  EXPECT_EQ(address.path, "/m.sock");
}

TEST(AddressText, is_refused_when_the_path_does_not_fit_in_a_socket_address) {
  Address address;
  EXPECT_TRUE(parse_address("unix:/" + std::string(kMaxSocketPath - 1, 'x'), address));
  EXPECT_FALSE(parse_address("unix:/" + std::string(kMaxSocketPath, 'x'), address));
}

TEST(AddressResolved, is_shown_as_it_was_written) {
  for (const char* text : {"127.0.0.1:6001", "[::1]:6001", "[::]:0", "unix:/run/m.sock"}) {
    Address address;
    ASSERT_TRUE(parse_address(text, address));
    auto found = resolve(address);
    ASSERT_TRUE(std::holds_alternative<Endpoint>(found)) << std::get<std::string>(found);
    EXPECT_EQ(to_string(std::get<Endpoint>(found)), text);
  }
}

TEST(AddressResolved, shows_an_ipv4_address_that_is_mapped_into_ipv6_as_ipv4) {
  auto found = resolve(Address{"::ffff:192.0.2.1", 80});
  ASSERT_TRUE(std::holds_alternative<Endpoint>(found));
  EXPECT_EQ(to_string(std::get<Endpoint>(found)), "192.0.2.1:80");
}

}  // namespace
}  // namespace mogate::proxy
