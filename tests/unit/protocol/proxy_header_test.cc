#include "protocol/proxy_header.h"

#include "unit/protocol/support.h"

#include <array>

namespace mogate::protocol {
namespace {

using test::Exact;
using test::RowName;
using test::to_hex;
using test::unhex;
using Stop = ProxyHeaderParse::Stop;

const std::string kMark = unhex("0d0a0d0a000d0a515549540a");

IpEndpoint ip(std::string_view text, std::uint16_t port) { return parse_ip(text, port).value(); }
ProxyHeader between(std::string_view source, std::uint16_t source_port, std::string_view destination,
                    std::uint16_t destination_port) {
  return {ip(source, source_port), ip(destination, destination_port)};
}

struct Valid {
  const char* name;
  std::string bytes;
  ProxyHeader header;
  friend std::ostream& operator<<(std::ostream& out, const Valid& row) { return out << row.name; }
};

class ValidHeader : public testing::TestWithParam<Valid> {};

TEST_P(ValidHeader, is_read_once_it_is_whole) {
  const auto& row = GetParam();
  for (std::size_t n = 0; n < row.bytes.size(); ++n) {
    Exact cut(std::string_view(row.bytes).substr(0, n));
    ASSERT_EQ(parse_proxy_header(cut).stop, Stop::need_more) << n;
  }
  // A client's bytes may follow at once.
  for (const std::string& behind : {std::string(), std::string("\x20\0\0\1", 4), std::string(5000, '\n')}) {
    Exact input(row.bytes + behind);
    auto parsed = parse_proxy_header(input);
    ASSERT_EQ(parsed.stop, Stop::complete);
    EXPECT_EQ(parsed.bytes, row.bytes.size());
    EXPECT_EQ(parsed.header, row.header);
  }
}

const std::string kFull6 = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
const std::string kTcp4Body = unhex("c0a80001 c0a8000b dc04 01bb");

INSTANTIATE_TEST_SUITE_P(
    Version1, ValidHeader,
    testing::Values(
        Valid{"documented", "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n",
              between("192.168.0.1", 56324, "192.168.0.11", 443)},
        Valid{"longest_tcp4", "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n",
              between("255.255.255.255", 65535, "255.255.255.255", 65535)},
        Valid{"longest_tcp6", "PROXY TCP6 " + kFull6 + " " + kFull6 + " 65535 65535\r\n",
              between(kFull6, 65535, kFull6, 65535)},
        Valid{"short_tcp6", "PROXY TCP6 ::1 2001:DB8::1:0 0 1\r\n", between("::1", 0, "2001:db8::1:0", 1)},
        Valid{"mapped_tcp6", "PROXY TCP6 ::ffff:10.0.0.1 ::1 1 2\r\n", between("::ffff:a00:1", 1, "::1", 2)},
        Valid{"unknown", "PROXY UNKNOWN\r\n", {}},
        Valid{"unknown_with_what_is_ignored", "PROXY UNKNOWN x  y\r\n", {}},
        Valid{"longest_unknown", "PROXY UNKNOWN " + kFull6 + " " + kFull6 + " 65535 65535\r\n", {}}),
    RowName());

INSTANTIATE_TEST_SUITE_P(
    Version2, ValidHeader,
    testing::Values(Valid{"tcp4", kMark + unhex("21 11 000c") + kTcp4Body,
                          between("192.168.0.1", 56324, "192.168.0.11", 443)},
                    Valid{"tcp6",
                          kMark + unhex("21 21 0024") + std::string(15, '\0') + '\1' + unhex("20010db8") +
                              std::string(11, '\0') + '\2' + unhex("ffff 0001"),
                          between("::1", 65535, "2001:db8::2", 1)},
                    Valid{"tcp4_with_tlvs",
                          kMark + unhex("21 11 0018") + kTcp4Body + unhex("04 0003 000000 ea 0003 010203"),
                          between("192.168.0.1", 56324, "192.168.0.11", 443)},
                    Valid{"tcp4_with_what_is_no_tlv", kMark + unhex("21 11 000d") + kTcp4Body + "\x04",
                          between("192.168.0.1", 56324, "192.168.0.11", 443)},
                    Valid{"local", kMark + unhex("20 00 0000"), {}},
                    Valid{"local_with_addresses", kMark + unhex("20 11 000c") + kTcp4Body, {}},
                    Valid{"local_of_an_unknown_family", kMark + unhex("20 ff 0003 010203"), {}},
                    Valid{"unspecified", kMark + unhex("21 00 0000"), {}},
                    Valid{"unspecified_family_with_bytes", kMark + unhex("21 01 0002 0102"), {}},
                    Valid{"unspecified_transport", kMark + unhex("21 10 000c") + kTcp4Body, {}},
                    Valid{"unix_stream", kMark + unhex("21 31 00d8") + std::string(216, '/'), {}},
                    Valid{"unix_datagram", kMark + unhex("21 32 00d8") + std::string(216, '/'), {}},
                    Valid{"udp4", kMark + unhex("21 12 000c") + kTcp4Body, {}},
                    Valid{"udp6", kMark + unhex("21 22 0024") + std::string(36, '\1'), {}},
                    Valid{"as_long_as_may_be",
                          kMark + unhex("21 11 0ff0") + kTcp4Body + std::string(4080 - 12, '\4'),
                          between("192.168.0.1", 56324, "192.168.0.11", 443)}),
    RowName());

struct Invalid {
  const char* name;
  std::string bytes;
  Stop stop = Stop::malformed;
  friend std::ostream& operator<<(std::ostream& out, const Invalid& row) { return out << row.name; }
};

class InvalidHeader : public testing::TestWithParam<Invalid> {};

TEST_P(InvalidHeader, is_told_and_never_taken_for_another) {
  const auto& row = GetParam();
  Exact whole(row.bytes);
  EXPECT_EQ(parse_proxy_header(whole).stop, row.stop);
  for (std::size_t n = 0; n < row.bytes.size(); ++n) {
    Exact cut(std::string_view(row.bytes).substr(0, n));
    auto stop = parse_proxy_header(cut).stop;
    EXPECT_TRUE(stop == Stop::need_more || stop == row.stop) << n;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Absent, InvalidHeader,
    testing::Values(Invalid{"a_handshake_response", unhex("54000001 8da60f00"), Stop::absent},
                    Invalid{"an_ssl_request", unhex("20000001 85aeff01"), Stop::absent},
                    Invalid{"a_handshake_response_of_13_bytes", unhex("0d000001"), Stop::absent},
                    Invalid{"text_that_begins_alike", "PROPFIND / HTTP/1.1\r\n", Stop::absent},
                    Invalid{"lower_case", "proxy TCP4 1.1.1.1 1.1.1.1 1 1\r\n", Stop::absent},
                    Invalid{"a_mark_with_another_last_byte", unhex("0d0a0d0a000d0a515549540d"),
                            Stop::absent}),
    RowName());

INSTANTIATE_TEST_SUITE_P(
    Version1, InvalidHeader,
    testing::Values(Invalid{"no_blank", "PROXYTCP4 1.1.1.1 1.1.1.1 1 1\r\n"},
                    Invalid{"no_words", "PROXY\r\n"}, Invalid{"only_a_blank", "PROXY \r\n"},
                    Invalid{"another_family", "PROXY TCP5 1.1.1.1 1.1.1.1 1 1\r\n"},
                    Invalid{"udp", "PROXY UDP4 1.1.1.1 1.1.1.1 1 1\r\n"},
                    Invalid{"unknown_with_a_tail", "PROXY UNKNOWNS\r\n"},
                    Invalid{"two_blanks", "PROXY  TCP4 1.1.1.1 1.1.1.1 1 1\r\n"},
                    Invalid{"two_blanks_between_addresses", "PROXY TCP4 1.1.1.1  1.1.1.1 1 1\r\n"},
                    Invalid{"a_blank_at_the_end", "PROXY TCP4 1.1.1.1 1.1.1.1 1 1 \r\n"},
                    Invalid{"a_tab", "PROXY TCP4\t1.1.1.1 1.1.1.1 1 1\r\n"},
                    Invalid{"a_port_missing", "PROXY TCP4 1.1.1.1 1.1.1.1 1\r\n"},
                    Invalid{"a_word_over", "PROXY TCP4 1.1.1.1 1.1.1.1 1 1 1\r\n"},
                    Invalid{"a_port_too_large", "PROXY TCP4 1.1.1.1 1.1.1.1 65536 1\r\n"},
                    Invalid{"a_port_with_a_zero_in_front", "PROXY TCP4 1.1.1.1 1.1.1.1 01 1\r\n"},
                    Invalid{"a_signed_port", "PROXY TCP4 1.1.1.1 1.1.1.1 +1 1\r\n"},
                    Invalid{"a_negative_port", "PROXY TCP4 1.1.1.1 1.1.1.1 1 -1\r\n"},
                    Invalid{"an_octal_address", "PROXY TCP4 1.1.1.01 1.1.1.1 1 1\r\n"},
                    Invalid{"a_short_address", "PROXY TCP4 1.1.1 1.1.1.1 1 1\r\n"},
                    Invalid{"an_address_out_of_range", "PROXY TCP4 1.1.1.256 1.1.1.1 1 1\r\n"},
                    Invalid{"a_name", "PROXY TCP4 localhost 1.1.1.1 1 1\r\n"},
                    Invalid{"an_address_with_a_nul",
                            std::string("PROXY TCP4 1.1.1.1\0x 1.1.1.1 1 1\r\n", 34)},
                    Invalid{"an_address_of_the_other_family", "PROXY TCP4 1.1.1.1 ::1 1 1\r\n"},
                    Invalid{"addresses_of_the_other_family", "PROXY TCP6 1.1.1.1 1.1.1.1 1 1\r\n"},
                    Invalid{"a_lone_line_feed", "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\n"},
                    Invalid{"a_lone_carriage_return", "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\rx"},
                    Invalid{"a_line_without_end", "PROXY UNKNOWN " + std::string(107 - 14, 'x')},
                    Invalid{"a_line_of_108_bytes", "PROXY UNKNOWN " + std::string(108 - 16, 'x') + "\r\n"}),
    RowName());

INSTANTIATE_TEST_SUITE_P(
    Version2, InvalidHeader,
    testing::Values(Invalid{"version_1_in_binary", kMark + unhex("11 11 000c") + kTcp4Body},
                    Invalid{"version_3", kMark + unhex("31 11 000c") + kTcp4Body},
                    Invalid{"an_unknown_command", kMark + unhex("22 11 000c") + kTcp4Body},
                    Invalid{"an_unknown_family", kMark + unhex("21 41 000c") + kTcp4Body},
                    Invalid{"an_unknown_transport", kMark + unhex("21 13 000c") + kTcp4Body},
                    Invalid{"tcp4_too_short", kMark + unhex("21 11 000b") + kTcp4Body.substr(0, 11)},
                    Invalid{"tcp4_without_addresses", kMark + unhex("21 11 0000")},
                    Invalid{"tcp6_too_short", kMark + unhex("21 21 0023") + std::string(35, '\0')},
                    Invalid{"udp4_too_short", kMark + unhex("21 12 000b") + kTcp4Body.substr(0, 11)},
                    Invalid{"unix_too_short", kMark + unhex("21 31 00d7") + std::string(215, '/')},
                    Invalid{"longer_than_may_be", kMark + unhex("21 11 0ff1")},
                    Invalid{"local_longer_than_may_be", kMark + unhex("20 00 ffff")}),
    RowName());

struct Written {
  const char* name;
  ProxyHeader header;
  std::string bytes;
  bool read_back = true;
  friend std::ostream& operator<<(std::ostream& out, const Written& row) { return out << row.name; }
};

class WrittenHeader : public testing::TestWithParam<Written> {};

TEST_P(WrittenHeader, is_version_2_and_read_back) {
  const auto& row = GetParam();
  std::string out = "before";
  write_proxy_header(out, row.header);
  EXPECT_EQ(to_hex(out), to_hex("before" + row.bytes));
  auto parsed = parse_proxy_header(as_bytes(row.bytes));
  EXPECT_EQ(parsed.bytes, row.bytes.size());
  if (row.read_back) {
    EXPECT_EQ(parsed.header, row.header);
  }
}

const std::string kLocal = kMark + unhex("20 00 0000");

INSTANTIATE_TEST_SUITE_P(
    Headers, WrittenHeader,
    testing::Values(
        Written{"tcp4", between("192.168.0.1", 56324, "192.168.0.11", 443),
                kMark + unhex("21 11 000c") + kTcp4Body},
        Written{"tcp6", between("::1", 65535, "2001:db8::2", 1),
                kMark + unhex("21 21 0024") + std::string(15, '\0') + '\1' + unhex("20010db8") +
                    std::string(11, '\0') + '\2' + unhex("ffff 0001")},
        Written{"mixed_families", between("1.2.3.4", 1, "::1", 2),
                kMark + unhex("21 21 0024") + std::string(10, '\0') + unhex("ffff 01020304") +
                    std::string(15, '\0') + '\1' + unhex("0001 0002"),
                false},
        Written{"local", {}, kLocal},
        Written{"local_when_one_address_is_missing", {ip("1.2.3.4", 1), std::nullopt}, kLocal, false}),
    RowName());

TEST(IpEndpointText, is_the_usual_form) {
  for (const char* text :
       {"0.0.0.0", "192.168.0.1", "255.255.255.255", "::", "::1", "2001:db8::1", "::ffff:1.2.3.4"}) {
    EXPECT_EQ(ip(text, 1).address_text(), text);
  }
  for (const char* text : {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.4 ", " 1.2.3.4", ":", ":::", "1::2::3",
                           "fe80::1%lo", "[::1]", "12345::", "::1.2.3"}) {
    EXPECT_EQ(parse_ip(text, 1), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace mogate::protocol
