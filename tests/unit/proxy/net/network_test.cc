#include "proxy/net/network.h"

#include <gtest/gtest.h>

namespace mogate::proxy {
namespace {

Endpoint endpoint(const std::string& host) {
  if (host.starts_with('/')) return unix_endpoint(host);
  auto found = resolve(host, 7);
  EXPECT_TRUE(std::holds_alternative<Endpoint>(found)) << host;
  return std::get<Endpoint>(found);
}

struct Case {
  const char* network;
  const char* address;
  bool inside;
};

TEST(Networks, contain_the_addresses_of_their_prefix) {
  const Case cases[] = {
      {"10.0.0.0/8", "10.255.1.2", true},
      {"10.0.0.0/8", "11.0.0.0", false},
      {"10.1.2.3/8", "10.9.9.9", true},
      {"192.168.4.0/22", "192.168.7.255", true},
      {"192.168.4.0/22", "192.168.8.0", false},
      {"127.0.0.1", "127.0.0.1", true},
      {"127.0.0.1", "127.0.0.2", false},
      {"127.0.0.1/32", "127.0.0.1", true},
      {"0.0.0.0/0", "203.0.113.9", true},
      {"0.0.0.0/0", "::1", false},
      {"10.0.0.0/8", "::ffff:10.1.1.1", true},
      {"::ffff:0:0/96", "10.1.1.1", false},
      {"::/0", "2001:db8::1", true},
      {"::/0", "10.0.0.1", false},
      {"2001:db8::/33", "2001:db8:7fff::1", true},
      {"2001:db8::/33", "2001:db8:8000::1", false},
      {"::1", "::1", true},
      {"::1/128", "::2", false},
      {"unix", "/run/m.sock", true},
      {"unix", "127.0.0.1", false},
      {"0.0.0.0/0", "/run/m.sock", false},
      {"::/0", "/run/m.sock", false},
  };
  for (const auto& [text, address, inside] : cases) {
    auto network = Network::parse(text);
    ASSERT_TRUE(network) << text;
    EXPECT_EQ(network->contains(endpoint(address)), inside) << text << ' ' << address;
  }
}

TEST(Networks, that_are_none_are_not_read) {
  for (const char* text :
       {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/8 ",
        " 10.0.0.0/8", "10.0.0", "::/129", "::1/1x", "[::1]", "localhost", "unix/0", "fe80::1%lo"})
    EXPECT_FALSE(Network::parse(text)) << text;
}

TEST(Networks, of_a_list_one_is_enough) {
  std::vector<Network> list{*Network::parse("10.0.0.0/8"), *Network::parse("::1")};
  EXPECT_TRUE(is_in(list, endpoint("::1")));
  EXPECT_FALSE(is_in(list, endpoint("127.0.0.1")));
  EXPECT_FALSE(is_in({}, endpoint("127.0.0.1")));
}

TEST(IpOfAnEndpoint, comes_with_its_port_and_unmapped) {
  EXPECT_EQ(ip_of(endpoint("192.0.2.1")), protocol::parse_ip("192.0.2.1", 7));
  EXPECT_EQ(ip_of(endpoint("::ffff:192.0.2.1")), protocol::parse_ip("192.0.2.1", 7));
  EXPECT_EQ(ip_of(endpoint("2001:db8::1")), protocol::parse_ip("2001:db8::1", 7));
  EXPECT_EQ(ip_of(endpoint("/run/m.sock")), std::nullopt);
}

}  // namespace
}  // namespace mogate::proxy
