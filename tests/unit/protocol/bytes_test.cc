#include "protocol/bytes.h"

#include "unit/protocol/support.h"

namespace mogate::protocol {
namespace {

using test::Exact;
using test::to_hex;
using test::unhex;

TEST(ByteReader, reads_little_endian_integers) {
  Exact input(unhex("01 0302 060504 0a090807 1211100f0e0d0c0b"));
  ByteReader r(input);
  EXPECT_EQ(r.u8(), 0x01U);
  EXPECT_EQ(r.u16(), 0x0203U);
  EXPECT_EQ(r.u24(), 0x040506U);
  EXPECT_EQ(r.u32(), 0x0708090AU);
  EXPECT_EQ(r.u64(), 0x0B0C0D0E0F101112U);
  EXPECT_TRUE(r.done());
}

TEST(ByteReader, stays_failed_and_gives_zeros_after_running_out) {
  Exact input(unhex("ff01"));
  ByteReader r(input);
  EXPECT_EQ(r.u32(), 0U);
  EXPECT_TRUE(r.failed());
  EXPECT_EQ(r.u8(), 0U);
  EXPECT_EQ(r.left(), 0U);
  EXPECT_EQ(r.lenenc_string(), "");
  EXPECT_EQ(r.nul_string(), "");
  EXPECT_EQ(r.rest_text(), "");
  EXPECT_EQ(r.nullable_lenenc_string(), std::optional<std::string_view>(""));
  EXPECT_TRUE(r.failed());
  EXPECT_FALSE(r.done());
}

TEST(ByteReader, a_nul_string_needs_its_nul) {
  Exact input(unhex("6162 00 6364"));
  ByteReader r(input);
  EXPECT_EQ(r.nul_string(), "ab");
  EXPECT_FALSE(r.failed());
  EXPECT_EQ(r.nul_string(), "");
  EXPECT_TRUE(r.failed());
}

TEST(ByteReader, an_absurd_length_fails_and_reads_nothing) {
  Exact input(unhex("fe ffffffffffffffff 61"));
  ByteReader r(input);
  EXPECT_EQ(r.lenenc_string(), "");
  EXPECT_TRUE(r.failed());
}

TEST(ByteReader, tells_null_from_empty) {
  Exact input(unhex("fb 00 0161"));
  ByteReader r(input);
  EXPECT_EQ(r.nullable_lenenc_string(), std::nullopt);
  EXPECT_EQ(r.nullable_lenenc_string(), std::optional<std::string_view>(""));
  EXPECT_EQ(r.nullable_lenenc_string(), std::optional<std::string_view>("a"));
  EXPECT_TRUE(r.done());
}

TEST(ByteReader, a_done_reader_has_nothing_left) {
  Exact input(unhex("0102"));
  ByteReader r(input);
  r.skip(1);
  EXPECT_FALSE(r.done());
  EXPECT_FALSE(r.failed());
  EXPECT_EQ(r.rest().size(), 1U);
  EXPECT_TRUE(r.done());
}

struct LenencRow {
  std::uint64_t value;
  const char* bytes;
  friend std::ostream& operator<<(std::ostream& out, const LenencRow& row) { return out << row.value; }
};

class LenencInt : public testing::TestWithParam<LenencRow> {};

TEST_P(LenencInt, is_read_and_written_at_its_width) {
  auto bytes = unhex(GetParam().bytes);
  Exact input(bytes);
  ByteReader r(input);
  EXPECT_EQ(r.lenenc_int(), GetParam().value);
  EXPECT_TRUE(r.done());
  std::string out;
  ByteWriter(out).lenenc_int(GetParam().value);
  EXPECT_EQ(to_hex(out), to_hex(bytes));
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    Exact cut(std::string_view(bytes).substr(0, n));
    ByteReader shorter(cut);
    EXPECT_EQ(shorter.lenenc_int(), 0U);
    EXPECT_TRUE(shorter.failed());
  }
}

INSTANTIATE_TEST_SUITE_P(Widths, LenencInt,
                         testing::Values(LenencRow{0, "00"}, LenencRow{1, "01"}, LenencRow{0xFA, "fa"},
                                         LenencRow{0xFB, "fcfb00"}, LenencRow{0xFF, "fcff00"},
                                         LenencRow{0xFFFF, "fcffff"}, LenencRow{0x10000, "fd000001"},
                                         LenencRow{0xFFFFFF, "fdffffff"},
                                         LenencRow{0x1000000, "fe0000000100000000"},
                                         LenencRow{0xFFFFFFFFFFFFFFFF, "feffffffffffffffff"}));

TEST(LenencInt, null_and_error_marks_are_no_numbers) {
  for (const char* bytes : {"fb", "ff", "fb00", "ff0000"}) {
    Exact input(unhex(bytes));
    ByteReader r(input);
    EXPECT_EQ(r.lenenc_int(), 0U);
    EXPECT_TRUE(r.failed()) << bytes;
  }
}

TEST(LenencInt, a_wider_form_than_needed_is_read) {
  Exact input(unhex("fc0100 fd010000 fe0100000000000000"));
  ByteReader r(input);
  EXPECT_EQ(r.lenenc_int(), 1U);
  EXPECT_EQ(r.lenenc_int(), 1U);
  EXPECT_EQ(r.lenenc_int(), 1U);
  EXPECT_TRUE(r.done());
}

TEST(ByteWriter, appends_behind_what_is_there) {
  std::string out = "x";
  ByteWriter(out).u8(1).u16(2).u24(3).u32(4).u64(5).nul_string("a").lenenc_string("bc").zeros(2).text("d");
  EXPECT_EQ(to_hex(out),
            "78010200030000040000000500000000000000610002626300"
            "0064");
}

}  // namespace
}  // namespace mogate::protocol
