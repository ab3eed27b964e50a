#include "protocol/messages.h"
#include "unit/protocol/support.h"

namespace mogate::protocol {
namespace {

using test::check_row;
using test::Exact;
using test::Row;
using test::RowName;
using test::Tail;
using test::to_hex;
using test::unhex;

constexpr Capabilities k41 = cap::protocol_41 | cap::transactions;
constexpr Capabilities kTracked = k41 | cap::session_track;

auto comparable(const OkView& ok) {
  return std::tuple(ok.affected_rows, ok.insert_id, ok.status, ok.warnings, std::string(ok.info),
                    std::string(ok.session_state));
}

class OkPacket : public testing::TestWithParam<Row<OkView>> {};

TEST_P(OkPacket, is_parsed_and_written) {
  check_row(
      GetParam(), [](Bytes b, Capabilities caps) { return parse_ok(b, caps); },
      [](std::string& out, const OkView& ok, Capabilities caps) { write_ok(out, ok, caps); }, comparable);
}

INSTANTIATE_TEST_SUITE_P(
    Capabilities, OkPacket,
    testing::Values(
        Row<OkView>{"plain", k41, {.status = 2}, unhex("00 00 00 0200 0000"), Tail::open},
        // MatrixOne always writes the length of its (empty) info.
        Row<OkView>{"matrixone_login_recorded",
                    k41,
                    {.status = 0x0810},
                    unhex("00 00 00 1008 0000 00"),
                    Tail::open,
                    false},
        Row<OkView>{"matrixone_insert_recorded",
                    k41,
                    {.affected_rows = 1, .insert_id = 1, .status = 0x0812},
                    unhex("00 01 01 1208 0000 00"),
                    Tail::open,
                    false},
        Row<OkView>{
            "mariadb_insert_recorded",
            k41,
            {.affected_rows = 2,
             .insert_id = 2,
             .status = 2,
             .info = "Records: 2  Duplicates: 0  Warnings: 0"},
            unhex("00 02 02 0200 0000 26 5265636f7264733a203220204475706c6963617465733a203020205761726e696e"
                  "67733a2030"),
            Tail::open},
        Row<OkView>{"with_session_track_and_no_change",
                    kTracked,
                    {.affected_rows = 1, .status = 2, .info = "info"},
                    unhex("00 01 00 0200 0000 04 696e666f"),
                    Tail::lenient},
        Row<OkView>{"mariadb_use_with_session_track_recorded",
                    kTracked,
                    {.status = 0x4000, .info = "", .session_state = std::string_view("\1\3\2pt", 5)},
                    unhex("00 00 00 0040 0000 00 05 0103027074"),
                    Tail::lenient},
        Row<OkView>{"big_counters",
                    k41,
                    {.affected_rows = 70000, .insert_id = 0x123456789A, .status = 2, .warnings = 300},
                    unhex("00 fd701101 fe9a78563412000000 0200 2c01"),
                    Tail::open},
        Row<OkView>{"before_4_1_with_transactions",
                    cap::transactions,
                    {.affected_rows = 3, .status = 2},
                    unhex("00 03 00 0200"),
                    Tail::open},
        Row<OkView>{"before_4_1", 0, {.affected_rows = 3, .insert_id = 4}, unhex("00 03 04"), Tail::open}),
    RowName());

TEST(OkParse, info_without_a_length_is_taken_as_it_is) {
  Exact input(unhex("00 00 00 0200 0000") + "Rows matched: 1");
  auto ok = parse_ok(input, k41);
  ASSERT_TRUE(ok.has_value());
  EXPECT_EQ(ok->info, "Rows matched: 1");
}

TEST(OkParse, every_byte_of_the_fixed_part_is_needed) {
  auto bytes = unhex("00 fcff00 05 0200 0000");
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    Exact cut(std::string_view(bytes).substr(0, n));
    EXPECT_FALSE(parse_ok(cut, k41).has_value()) << n;
    EXPECT_FALSE(parse_ok(cut, kTracked).has_value()) << n;
  }
}

TEST(OkParse, a_changed_session_without_its_state_is_refused) {
  Exact input(unhex("00 00 00 0040 0000"));
  EXPECT_FALSE(parse_ok(input, kTracked).has_value());
  Exact cut(unhex("00 00 00 0040 0000 00 05 010302"));
  EXPECT_FALSE(parse_ok(cut, kTracked).has_value());
}

TEST(OkParse, other_packets_are_no_ok) {
  for (const char* bytes : {"", "ff 15 04 00 00 00 00", "fe 00 00 02 00", "01 00 00 02 00 00 00"}) {
    Exact input(unhex(bytes));
    EXPECT_FALSE(parse_ok(input, k41).has_value()) << bytes;
  }
}

struct ErrValue {
  SqlError error;
};

class ErrPacket : public testing::TestWithParam<Row<ErrValue>> {};

TEST_P(ErrPacket, is_parsed_and_written) {
  check_row(
      GetParam(),
      [](Bytes b, Capabilities caps) -> std::optional<ErrValue> {
        auto view = parse_err(b, caps);
        if (!view) return std::nullopt;
        return ErrValue{to_error(*view)};
      },
      [](std::string& out, const ErrValue& e, Capabilities caps) { write_err(out, e.error, caps); },
      [](const ErrValue& e) { return e.error; });
}

INSTANTIATE_TEST_SUITE_P(
    Capabilities, ErrPacket,
    testing::Values(
        Row<ErrValue>{
            "matrixone_wrong_password_recorded",
            k41,
            {{1045, "Access denied for user root. internal error: check password failed", "28000"}},
            unhex("ff15042332383030304163636573732064656e69656420666f72207573657220726f6f742e20696e746572"
                  "6e616c206572726f723a20636865636b2070617373776f7264206661696c6564"),
            Tail::open},
        Row<ErrValue>{
            "matrixone_unknown_user_recorded",
            k41,
            {{20101, "internal error: there is no user nouser", "HY000"}},
            unhex("ff854e234859303030696e7465726e616c206572726f723a207468657265206973206e6f2075736572206e"
                  "6f75736572"),
            Tail::open},
        Row<ErrValue>{"matrixone_number_0",
                      k41,
                      {{0, "ExpectedEOB", "00000"}},
                      unhex("ff0000 233030303030 4578706563746564454f42"),
                      Tail::open},
        Row<ErrValue>{"before_4_1_recorded",
                      0,
                      {{20101, "internal error: there is no user ", ""}},
                      unhex("ff854e696e7465726e616c206572726f723a207468657265206973206e6f207573657220"),
                      Tail::open},
        Row<ErrValue>{"before_4_1_a_hash_is_text",
                      0,
                      {{1040, "#08004Too", ""}},
                      unhex("ff1004 233038303034546f6f"),
                      Tail::open},
        // Before login ends, even a 4.1 server may leave out the state; ours writes it.
        Row<ErrValue>{"no_state_in_the_packet",
                      k41,
                      {{1040, "Too many", ""}},
                      unhex("ff1004 546f6f206d616e79"),
                      Tail::open,
                      false},
        Row<ErrValue>{
            "empty_message", k41, {{1105, "", "HY000"}}, unhex("ff5104 23 4859303030"), Tail::open}),
    RowName());

TEST(ErrParse, its_number_is_needed) {
  for (const char* bytes : {"", "ff", "ff15", "00 1504", "fe 1504"}) {
    Exact input(unhex(bytes));
    EXPECT_FALSE(parse_err(input, k41).has_value()) << bytes;
  }
  Exact shortest(unhex("ff1504"));
  auto err = parse_err(shortest, k41);
  ASSERT_TRUE(err.has_value());
  EXPECT_EQ(err->code, 1045);
  EXPECT_EQ(err->message, "");
}

TEST(ErrParse, a_state_cut_short_is_text) {
  Exact input(unhex("ff1504 23 32383030"));
  auto err = parse_err(input, k41);
  ASSERT_TRUE(err.has_value());
  EXPECT_EQ(err->sqlstate, "");
  EXPECT_EQ(err->message, "#2800");
}

TEST(ErrWrite, takes_the_state_of_the_number_when_none_is_given) {
  std::string out;
  write_err(out, {1146, "no such table", ""}, k41);
  EXPECT_EQ(to_hex(out), to_hex(unhex("ff7a04") + "#42S02no such table"));
}

class EofPacket : public testing::TestWithParam<Row<Eof>> {};

TEST_P(EofPacket, is_parsed_and_written) {
  check_row(
      GetParam(), [](Bytes b, Capabilities caps) { return parse_eof(b, caps); },
      [](std::string& out, const Eof& eof, Capabilities caps) { write_eof(out, eof, caps); },
      [](const Eof& eof) { return std::tuple(eof.warnings, eof.status); });
}

INSTANTIATE_TEST_SUITE_P(
    Capabilities, EofPacket,
    testing::Values(Row<Eof>{"matrixone_columns_end_recorded", k41, {0, 3}, unhex("fe 0000 0300")},
                    Row<Eof>{"matrixone_rows_end_recorded", k41, {0, 0x0812}, unhex("fe 0000 1208")},
                    Row<Eof>{"with_warnings", k41, {0x0102, status::more_results}, unhex("fe 0201 0800")},
                    Row<Eof>{"before_4_1", 0, {0, 0}, unhex("fe")}),
    RowName());

TEST(ResultEnd, is_an_eof_or_an_ok_with_its_header) {
  std::string eof;
  write_result_end(eof, {1, 0x0812}, k41);
  EXPECT_EQ(to_hex(eof), "fe01001208");
  std::string ok;
  write_result_end(ok, {1, 0x0812}, k41 | cap::deprecate_eof);
  EXPECT_EQ(to_hex(ok), "fe000012080100");
  Exact input(ok);
  auto parsed = parse_ok(input, k41 | cap::deprecate_eof);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->status, 0x0812);
  EXPECT_EQ(parsed->warnings, 1);
}

TEST(ResultEnd, is_told_from_a_row_by_first_byte_and_length) {
  constexpr Capabilities kDeprecated = k41 | cap::deprecate_eof;
  EXPECT_TRUE(is_result_end(0xFE, 5, k41));
  EXPECT_TRUE(is_result_end(0xFE, 8, k41));
  EXPECT_FALSE(is_result_end(0xFE, 9, k41));
  EXPECT_FALSE(is_result_end(0xFE, kMaxFramePayload, k41));
  EXPECT_TRUE(is_result_end(0xFE, 5, kDeprecated));
  EXPECT_TRUE(is_result_end(0xFE, 4000, kDeprecated));
  EXPECT_TRUE(is_result_end(0xFE, kMaxFramePayload - 1, kDeprecated));
  EXPECT_FALSE(is_result_end(0xFE, kMaxFramePayload, kDeprecated));
  for (unsigned mark : {0x00U, 0x03U, 0xFBU, 0xFCU, 0xFDU, 0xFFU}) {
    auto first = static_cast<std::uint8_t>(mark);
    EXPECT_FALSE(is_result_end(first, 5, k41));
    EXPECT_FALSE(is_result_end(first, 5, kDeprecated));
  }
}

}  // namespace
}  // namespace mogate::protocol
