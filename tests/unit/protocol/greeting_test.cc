#include "protocol/handshake.h"
#include "unit/protocol/support.h"

namespace mogate::protocol {
namespace {

using test::check_row;
using test::Exact;
using test::Row;
using test::RowName;
using test::Tail;
using test::unhex;

constexpr Capabilities kMariaDb = 0x81FFF7FE;
constexpr Capabilities kMySql80 = 0xDFFFFFFF;

class GreetingPacket : public testing::TestWithParam<Row<Greeting>> {};

TEST_P(GreetingPacket, is_parsed_and_written) { check_row(GetParam(), parse_greeting, write_greeting); }

INSTANTIATE_TEST_SUITE_P(
    Servers, GreetingPacket,
    testing::Values(
        Row<Greeting>{
            "matrixone_4_2_recorded",
            0,
            {.server_version = "8.0.30-MatrixOne-v4.2.0-head",
             .connection_id = 1154,
             .salt = unhex("462c5841401616363d1174766d66177439276172"),
             .capabilities = cap::matrixone,
             .collation = 46,
             .status = status::autocommit,
             .plugin = "mysql_native_password"},
            unhex("0a382e302e33302d4d61747269784f6e652d76342e322e302d686561640082040000462c584140161636"
                  "008fa62e02003b0115000000000000000000003d1174766d66177439276172006d7973716c5f6e617469"
                  "76655f70617373776f726400"),
            Tail::open},
        Row<Greeting>{
            "matrixone_3_0_recorded",
            0,
            {.server_version = "8.0.30-MatrixOne-v3.0.12",
             .connection_id = 92,
             .salt = unhex("15542f1f50450809255f791e62075c257967171e"),
             .capabilities = cap::matrixone,
             .collation = 46,
             .status = status::autocommit,
             .plugin = "mysql_native_password"},
            unhex("0a382e302e33302d4d61747269784f6e652d76332e302e3132005c00000015542f1f50450809008fa62e"
                  "02003b011500000000000000000000255f791e62075c257967171e006d7973716c5f6e61746976655f70"
                  "617373776f726400"),
            Tail::open},
        // MariaDB's own capabilities stand in the reserved bytes; a gateway does not offer them.
        Row<Greeting>{
            "mariadb_10_11_recorded",
            0,
            {.server_version = "5.5.5-10.11.19-MariaDB-0+deb12u1",
             .connection_id = 3,
             .salt = unhex("627d6e2f3e2a56537b35333e7d7e232e5e6d2d34"),
             .capabilities = kMariaDb,
             .collation = 8,
             .status = status::autocommit,
             .plugin = "mysql_native_password"},
            unhex("0a352e352e352d31302e31312e31392d4d6172696144422d302b646562313275310003000000627d6e2f"
                  "3e2a565300fef7080200ff81150000000000001d0000007b35333e7d7e232e5e6d2d34006d7973716c5f"
                  "6e61746976655f70617373776f726400"),
            Tail::open,
            false},
        Row<Greeting>{"mysql_8_0",
                      0,
                      {.server_version = "8.0.36",
                       .connection_id = 9,
                       .salt = "abcdefghijklmnopqrst",
                       .capabilities = kMySql80,
                       .collation = 255,
                       .status = status::autocommit,
                       .plugin = "caching_sha2_password"},
                      unhex("0a 382e302e333600 09000000 6162636465666768 00 ffff ff 0200 ffdf 15") +
                          std::string(10, '\0') + "ijklmnopqrst" + '\0' + "caching_sha2_password" + '\0',
                      Tail::open},
        Row<Greeting>{"mysql_5_5_with_connection_id_11",
                      0,
                      {.server_version = "5.5.2-m2",
                       .connection_id = 11,
                       .salt = unhex("64764840492d434a2a34647c635a776b345e5d3a"),
                       .capabilities = 0xF7FF,
                       .collation = 8,
                       .status = status::autocommit,
                       .plugin = ""},
                      unhex("0a 352e352e322d6d3200 0b000000 64764840492d434a 00 fff7 08 0200 0000 00"
                            "00000000000000000000 2a34647c635a776b345e5d3a 00"),
                      Tail::lenient},
        Row<Greeting>{
            "without_secure_connection",
            0,
            {.server_version = "4.0",
             .connection_id = 1,
             .salt = "12345678",
             .capabilities = cap::protocol_41 | cap::transactions,
             .collation = 8,
             .status = 0,
             .plugin = ""},
            unhex("0a 342e3000 01000000 3132333435363738 00 0022 08 0000 0000 00 00000000000000000000"),
            Tail::lenient}),
    RowName());

TEST(GreetingParse, a_server_may_end_after_the_low_capabilities) {
  Exact input(unhex("0a 332e323300 01000000 3132333435363738 00 2c20"));
  auto g = parse_greeting(input);
  ASSERT_TRUE(g.has_value());
  EXPECT_EQ(g->server_version, "3.23");
  EXPECT_EQ(g->salt, "12345678");
  EXPECT_EQ(g->capabilities, 0x202CU);
}

TEST(GreetingParse, the_nul_behind_the_plugin_name_may_be_missing_and_ends_it_when_it_is_there) {
  Greeting g{.server_version = "x",
             .salt = std::string(20, 's'),
             .capabilities = cap::secure_connection | cap::plugin_auth,
             .plugin = "some_plugin"};
  std::string bytes;
  write_greeting(bytes, g);
  Exact without_nul(std::string_view(bytes).substr(0, bytes.size() - 1));
  EXPECT_EQ(parse_greeting(without_nul), g);
  Exact with_more(bytes + "junk");
  EXPECT_EQ(parse_greeting(with_more), g);
}

// It is shown to every client that comes later.
TEST(GreetingParse, a_version_is_printable_ascii) {
  Greeting g;
  g.server_version = "8.0.30-MatrixOne v4.2~";
  g.salt = "12345678";
  for (int c = 1; c <= 0xFF; ++c) {
    g.server_version[3] = static_cast<char>(c);
    std::string bytes;
    write_greeting(bytes, g);
    EXPECT_EQ(parse_greeting(as_bytes(bytes)).has_value(), c >= 0x20 && c < 0x7F) << c;
  }
}

TEST(GreetingParse, an_error_or_another_protocol_version_is_no_greeting) {
  Exact error(unhex("ff1004 546f6f206d616e7920636f6e6e656374696f6e73"));
  EXPECT_EQ(parse_greeting(error), std::nullopt);
  Exact version9(unhex("09 332e323300 01000000 313233343536373800 2c20"));
  EXPECT_EQ(parse_greeting(version9), std::nullopt);
  EXPECT_EQ(parse_greeting({}), std::nullopt);
}

TEST(GreetingParse, a_longer_salt_survives_being_written) {
  for (std::size_t size : {20U, 21U, 40U, 254U}) {
    Greeting g{.server_version = "x",
               .salt = std::string(size, 's'),
               .capabilities = cap::secure_connection | cap::plugin_auth,
               .plugin = "p"};
    std::string bytes;
    write_greeting(bytes, g);
    Exact input(bytes);
    EXPECT_EQ(parse_greeting(input), g) << size;
  }
}

}  // namespace
}  // namespace mogate::protocol
