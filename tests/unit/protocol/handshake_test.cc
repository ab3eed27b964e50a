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

const std::string k23Zeros(23, '\0');
const std::string kNativeZ = std::string(kNativePassword) + '\0';

class SslRequestPacket : public testing::TestWithParam<Row<SslRequest>> {};

TEST_P(SslRequestPacket, is_parsed_and_written) {
  check_row(GetParam(), parse_ssl_request, write_ssl_request);
}

INSTANTIATE_TEST_SUITE_P(
    Clients, SslRequestPacket,
    testing::Values(
        Row<SslRequest>{"mysql_5_7", 0, {0x01FFAE85, 1U << 24, 33}, unhex("85aeff01 00000001 21") + k23Zeros},
        Row<SslRequest>{"only_what_is_needed",
                        0,
                        {cap::ssl | cap::protocol_41, 0, 0},
                        unhex("000a0000 00000000 00") + k23Zeros},
        // MariaDB's own capabilities stand in the last four filler bytes.
        Row<SslRequest>{"mariadb",
                        0,
                        {cap::ssl | cap::protocol_41, 1U << 30, 45},
                        unhex("000a0000 00000040 2d") + std::string(19, '\0') + unhex("07000000"),
                        Tail::closed,
                        false}),
    RowName());

TEST(SslRequestParse, needs_the_flags_of_tls_and_4_1) {
  for (Capabilities caps : {Capabilities{0}, cap::ssl, cap::protocol_41}) {
    std::string bytes;
    write_ssl_request(bytes, {caps, 0, 0});
    Exact input(bytes);
    EXPECT_EQ(parse_ssl_request(input), std::nullopt) << caps;
  }
}

class ResponsePacket : public testing::TestWithParam<Row<HandshakeResponse>> {};

TEST_P(ResponsePacket, is_parsed_and_written) {
  check_row(
      GetParam(), [](Bytes b, Capabilities) { return parse_handshake_response(b); },
      [](std::string& out, const HandshakeResponse& h, Capabilities) { write_handshake_response(out, h); },
      [](const HandshakeResponse& h) {
        return std::tuple(h.capabilities, h.max_packet, h.collation, std::string(h.user),
                          std::string(h.auth_response), std::string(h.database), std::string(h.plugin),
                          std::string(h.attributes), h.zstd_level);
      });
}

const std::string kScramble1 = unhex("ab09eef6bcb1323e61143865c0991d957d75d447");
const std::string kScramble2 = unhex("225079a212d4e882e5b3f41a97756bc8bedb9f80");
const std::string kAttributes = unhex(
    "035f6f73 0964656269616e362e30 0c5f636c69656e745f6e616d65 086c69626d7973716c 045f706964 053232333434"
    "0f5f636c69656e745f76657273696f6e 08352e362e362d6d39 095f706c6174666f726d 067838365f3634 03666f6f "
    "03626172");
constexpr Capabilities kBase = cap::protocol_41 | cap::secure_connection;
const std::string k300(300, 'a');

INSTANTIATE_TEST_SUITE_P(
    Clients, ResponsePacket,
    testing::Values(
        Row<HandshakeResponse>{"mysql_5_5_with_database_and_plugin",
                               0,
                               {.capabilities = 0x000FA68D,
                                .max_packet = 1U << 24,
                                .collation = 8,
                                .user = "pam",
                                .auth_response = kScramble1,
                                .database = "test",
                                .plugin = kNativePassword},
                               unhex("8da60f00 00000001 08") + k23Zeros + unhex("70616d00 14") + kScramble1 +
                                   unhex("7465737400") + kNativeZ,
                               Tail::lenient},
        Row<HandshakeResponse>{"mysql_5_6_with_attributes",
                               0,
                               {.capabilities = 0x001EA285,
                                .max_packet = 1U << 30,
                                .collation = 8,
                                .user = "root",
                                .auth_response = kScramble2,
                                .plugin = kNativePassword,
                                .attributes = kAttributes},
                               unhex("85a21e00 00000040 08") + k23Zeros + unhex("726f6f7400 14") +
                                   kScramble2 + kNativeZ + '\x61' + kAttributes,
                               Tail::lenient},
        Row<HandshakeResponse>{"an_empty_password",
                               0,
                               {.capabilities = kBase, .max_packet = 1, .collation = 45, .user = "u"},
                               unhex("00820000 01000000 2d") + k23Zeros + unhex("7500 00"),
                               Tail::lenient},
        Row<HandshakeResponse>{"a_clear_password_ends_with_nul",
                               0,
                               {.capabilities = cap::protocol_41,
                                .max_packet = 1,
                                .collation = 45,
                                .user = "u",
                                .auth_response = "pw"},
                               unhex("00020000 01000000 2d") + k23Zeros + unhex("7500 707700"),
                               Tail::lenient},
        Row<HandshakeResponse>{"a_password_over_255_bytes_with_a_lenenc_length",
                               0,
                               {.capabilities = kBase | cap::plugin_auth_lenenc,
                                .max_packet = 1,
                                .collation = 45,
                                .user = "u",
                                .auth_response = k300},
                               unhex("00822000 01000000 2d") + k23Zeros + unhex("7500 fc2c01") + k300,
                               Tail::lenient},
        Row<HandshakeResponse>{"zstd_level_comes_last",
                               0,
                               {.capabilities = kBase | cap::plugin_auth | cap::zstd,
                                .max_packet = 1,
                                .collation = 45,
                                .user = "u",
                                .plugin = "p",
                                .zstd_level = 7},
                               unhex("00820804 01000000 2d") + k23Zeros + unhex("7500 00 7000 07"),
                               Tail::open},
        Row<HandshakeResponse>{"everything_an_account_user_of_matrixone_sends",
                               0,
                               {.capabilities = kBase | cap::connect_with_db | cap::plugin_auth |
                                                cap::plugin_auth_lenenc | cap::connect_attrs,
                                .max_packet = 1U << 24,
                                .collation = 46,
                                .user = "acc1:admin:accountadmin",
                                .auth_response = kScramble1,
                                .database = "db1",
                                .plugin = kCachingSha2,
                                .attributes = {}},
                               unhex("08823800 00000001 2e") + k23Zeros + "acc1:admin:accountadmin" + '\0' +
                                   '\x14' + kScramble1 + unhex("64623100") + "caching_sha2_password" + '\0' +
                                   '\0',
                               Tail::open},
        Row<HandshakeResponse>{
            "before_4_1",
            0,
            {.capabilities = 0x2485, .max_packet = 36, .user = "old", .auth_response = "GDSCQYR_"},
            unhex("8524 240000 6f6c6400 474453435159525f"),
            Tail::open},
        Row<HandshakeResponse>{"before_4_1_with_database",
                               0,
                               {.capabilities = 0x248D,
                                .max_packet = 0x10000,
                                .user = "old",
                                .auth_response = "GDSCQYR_",
                                .database = "d"},
                               unhex("8d24 000001 6f6c6400 474453435159525f00 6400"),
                               Tail::lenient}),
    RowName());

TEST(ResponseParse, what_flags_announce_may_be_left_out_at_the_end) {
  constexpr Capabilities caps = kBase | cap::connect_with_db | cap::plugin_auth | cap::connect_attrs;
  std::string head;
  ByteWriter(head).u32(caps).u32(0).u8(45).zeros(23).nul_string("u").u8(0);
  for (const std::string& tail : {std::string(), std::string("db\0", 3), std::string("db\0p\0", 5)}) {
    Exact input(head + tail);
    auto h = parse_handshake_response(input);
    ASSERT_TRUE(h.has_value()) << tail.size();
    EXPECT_EQ(h->user, "u");
    EXPECT_EQ(h->database, tail.empty() ? "" : "db");
    EXPECT_EQ(h->plugin, tail.size() > 3 ? "p" : "");
    EXPECT_EQ(h->attributes, "");
  }
}

TEST(ResponseParse, lengths_beyond_the_packet_are_refused) {
  std::string head;
  ByteWriter(head).u32(kBase | cap::plugin_auth_lenenc).u32(0).u8(45).zeros(23).nul_string("u");
  for (const char* tail : {"14 6161", "fc ffff 61", "fe ffffffffffffffff 61", "fb", "ff", ""}) {
    Exact input(head + unhex(tail));
    EXPECT_FALSE(parse_handshake_response(input).has_value()) << tail;
  }
}

TEST(ResponseParse, an_old_password_may_end_with_a_nul) {
  Exact input(unhex("8524 240000 6f6c6400 474453435159525f 00"));
  auto h = parse_handshake_response(input);
  ASSERT_TRUE(h.has_value());
  EXPECT_EQ(h->auth_response, "GDSCQYR_");
}

TEST(ConnectionAttributes, are_pairs_in_order) {
  auto attributes = parse_attributes(kAttributes);
  ASSERT_TRUE(attributes.has_value());
  ASSERT_EQ(attributes->size(), 6U);
  EXPECT_EQ(attributes->front(), (std::pair<std::string_view, std::string_view>("_os", "debian6.0")));
  EXPECT_EQ(attributes->back(), (std::pair<std::string_view, std::string_view>("foo", "bar")));
  EXPECT_EQ(write_attributes(*attributes), kAttributes);
  EXPECT_TRUE(parse_attributes("")->empty());
}

TEST(ConnectionAttributes, a_key_without_its_value_is_refused) {
  for (std::size_t n = 1; n < kAttributes.size(); ++n) {
    Exact cut(std::string_view(kAttributes).substr(0, n));
    auto parsed = parse_attributes(as_text(cut));
    EXPECT_LT(parsed ? parsed->size() : 0, 6U);
  }
  EXPECT_EQ(parse_attributes(std::string_view("\3foo", 4)), std::nullopt);
  EXPECT_EQ(parse_attributes(std::string_view("\3foo\4bar", 8)), std::nullopt);
}

struct SwitchValue {
  std::string plugin;
  std::string data;
};

class AuthSwitchPacket : public testing::TestWithParam<Row<SwitchValue>> {};

TEST_P(AuthSwitchPacket, is_parsed_and_written) {
  check_row(
      GetParam(),
      [](Bytes b, Capabilities) -> std::optional<SwitchValue> {
        auto s = parse_auth_switch(b);
        if (!s) return std::nullopt;
        return SwitchValue{std::string(s->plugin), std::string(s->data)};
      },
      [](std::string& out, const SwitchValue& s, Capabilities) {
        write_auth_switch(out, {s.plugin, s.data});
      },
      [](const SwitchValue& s) { return std::tuple(s.plugin, s.data); });
}

INSTANTIATE_TEST_SUITE_P(
    Servers, AuthSwitchPacket,
    testing::Values(
        Row<SwitchValue>{
            "matrixone_recorded",
            0,
            {kNativePassword, unhex("0f3719233d74595a3a181d5a486f0d7a583a3438")},
            unhex("fe6d7973716c5f6e61746976655f70617373776f7264000f3719233d74595a3a181d5a486f0d7a583a34"
                  "3800"),
            Tail::open},
        Row<SwitchValue>{
            "mariadb_recorded",
            0,
            {kNativePassword, "khIu0-1Nsx\">PV@}w[Bv"},
            unhex("fe6d7973716c5f6e61746976655f70617373776f7264006b684975302d314e7378223e5056407d775b42"
                  "7600"),
            Tail::open},
        Row<SwitchValue>{"without_data", 0, {"p", ""}, unhex("fe 7000 00"), Tail::open}),
    RowName());

TEST(AuthSwitchParse, needs_its_mark_and_a_plugin) {
  for (const char* bytes : {"", "00", "fe", "fe7000", "017000", "fe70"}) {
    Exact input(unhex(bytes));
    EXPECT_EQ(parse_auth_switch(input).has_value(), std::string_view(bytes) == "fe7000") << bytes;
  }
}

TEST(AuthMoreData, carries_the_rest_of_the_packet) {
  for (const std::string& data :
       {std::string(), std::string("\3"), std::string("\4"), std::string(450, 'k')}) {
    std::string bytes;
    write_auth_more_data(bytes, data);
    EXPECT_EQ(bytes, '\1' + data);
    Exact input(bytes);
    EXPECT_EQ(parse_auth_more_data(input), std::optional<std::string_view>(data));
  }
  EXPECT_EQ(parse_auth_more_data({}), std::nullopt);
  Exact ok(unhex("00000002000000"));
  EXPECT_EQ(parse_auth_more_data(ok), std::nullopt);
}

}  // namespace
}  // namespace mogate::protocol
