#include "protocol/execute.h"

#include "unit/protocol/support.h"

#include <cmath>
#include <limits>

namespace mogate::protocol {

std::ostream& operator<<(std::ostream& out, const BoundValue& v) {
  return out << static_cast<int>(v.kind) << ' ' << v.value;
}

namespace {

using test::Exact;
using test::RowName;
using test::unhex;
using Kind = BoundValue::Kind;
using LongDataSent = std::map<std::uint16_t, std::string>;

constexpr auto type(FieldType t) { return static_cast<std::uint8_t>(t); }

// COM_STMT_EXECUTE of statement 7, no cursor, and what follows the iteration count.
std::string execute(std::string_view rest_hex) { return unhex("17 07000000 00 01000000") + unhex(rest_hex); }

struct ParamRow {
  std::string name;
  ParamType type;
  std::string bytes;  // hex
  BoundValue value;
  friend std::ostream& operator<<(std::ostream& out, const ParamRow& row) { return out << row.name; }
};

std::string one_param(const ParamRow& row) {
  std::string payload = execute("00 01");
  ByteWriter(payload).u8(row.type.type).u8(row.type.is_unsigned ? 0x80 : 0).text(unhex(row.bytes));
  return payload;
}

class Parameter : public testing::TestWithParam<ParamRow> {};

TEST_P(Parameter, is_read_as_text) {
  Exact payload(one_param(GetParam()));
  auto e = parse_execute(payload, 1, {}, {});
  ASSERT_TRUE(e.has_value());
  EXPECT_EQ(e->statement_id, 7U);
  EXPECT_EQ(e->types, std::vector{GetParam().type});
  EXPECT_EQ(e->values, std::vector{GetParam().value});
}

TEST_P(Parameter, is_read_the_same_with_the_types_of_an_earlier_execution) {
  Exact payload(execute("00 00") + unhex(GetParam().bytes));
  auto e = parse_execute(payload, 1, {GetParam().type}, {});
  ASSERT_TRUE(e.has_value());
  EXPECT_EQ(e->types, std::vector{GetParam().type});
  EXPECT_EQ(e->values, std::vector{GetParam().value});
}

TEST_P(Parameter, is_refused_when_cut_anywhere_or_followed_by_more) {
  auto whole = one_param(GetParam());
  for (std::size_t n = 0; n < whole.size(); ++n) {
    Exact cut(std::string_view(whole).substr(0, n));
    EXPECT_FALSE(parse_execute(cut, 1, {}, {}).has_value()) << n;
  }
  Exact longer(whole + '\0');
  EXPECT_FALSE(parse_execute(longer, 1, {}, {}).has_value());
}

ParamRow number(std::string name, FieldType t, bool is_unsigned, std::string bytes, std::string value) {
  return {std::move(name), {type(t), is_unsigned}, std::move(bytes), {Kind::number, std::move(value)}};
}
ParamRow text(std::string name, FieldType t, std::string bytes, std::string value) {
  return {std::move(name), {type(t), false}, std::move(bytes), {Kind::text, std::move(value)}};
}

INSTANTIATE_TEST_SUITE_P(
    Integers, Parameter,
    testing::Values(
        number("tiny", FieldType::tiny, false, "05", "5"),
        number("tiny_lowest", FieldType::tiny, false, "80", "-128"),
        number("tiny_unsigned", FieldType::tiny, true, "ff", "255"),
        number("short_lowest", FieldType::short_int, false, "0080", "-32768"),
        number("short_unsigned", FieldType::short_int, true, "ffff", "65535"),
        number("year", FieldType::year, true, "e807", "2024"),
        number("int_lowest", FieldType::long_int, false, "00000080", "-2147483648"),
        number("int_unsigned", FieldType::long_int, true, "ffffffff", "4294967295"),
        number("int24", FieldType::int24, false, "90eefeff", "-70000"),
        number("bigint_minus_one", FieldType::long_long, false, "ffffffffffffffff", "-1"),
        number("bigint_lowest", FieldType::long_long, false, "0000000000000080", "-9223372036854775808"),
        number("bigint_unsigned", FieldType::long_long, true, "ffffffffffffffff", "18446744073709551615")),
    RowName());

INSTANTIATE_TEST_SUITE_P(
    OtherNumbers, Parameter,
    testing::Values(number("double", FieldType::double_, false, "000000000000f83f", "1.5"),
                    number("double_small", FieldType::double_, false, "9a9999999999b93f", "0.1"),
                    number("float", FieldType::float_, false, "0000003f", "0.5"),
                    number("float_is_as_short_as_it_can_be", FieldType::float_, false, "cdcccc3d", "0.1"),
                    number("new_decimal", FieldType::new_decimal, false, "05 31322e3334", "12.34"),
                    number("decimal", FieldType::decimal, false, "02 2d31", "-1"),
                    number("decimal_with_exponent", FieldType::new_decimal, false, "06 2b2e35652d33",
                           "+.5e-3"),
                    // Only a number may stand in a statement without quotes.
                    text("a_decimal_that_is_none", FieldType::new_decimal, "05 31206f7220", "1 or "),
                    text("an_empty_decimal", FieldType::new_decimal, "00", ""),
                    text("a_double_without_a_number", FieldType::double_, "000000000000f87f", "nan"),
                    text("an_endless_double", FieldType::double_, "000000000000f0ff", "-inf"),
                    text("an_endless_float", FieldType::float_, "0000807f", "inf")),
    RowName());

INSTANTIATE_TEST_SUITE_P(
    Texts, Parameter,
    testing::Values(text("var_string", FieldType::var_string, "03 616263", "abc"),
                    text("string", FieldType::string, "00", ""),
                    text("varchar", FieldType::varchar, "01 27", "'"),
                    text("blob", FieldType::blob, "02 0031", std::string("\0001", 2)),
                    text("tiny_blob", FieldType::tiny_blob, "01 61", "a"),
                    text("medium_blob", FieldType::medium_blob, "01 61", "a"),
                    text("long_blob", FieldType::long_blob, "fc0200 6161", "aa"),
                    text("json", FieldType::json, "02 7b7d", "{}"),
                    text("bit", FieldType::bit, "01 05", "\5"), text("enum", FieldType::enum_, "01 79", "y"),
                    text("set", FieldType::set, "01 79", "y"),
                    text("geometry", FieldType::geometry, "01 01", "\1"),
                    text("a_type_of_the_future", static_cast<FieldType>(242), "01 61", "a")),
    RowName());

INSTANTIATE_TEST_SUITE_P(
    DatesAndTimes, Parameter,
    testing::Values(text("date", FieldType::date, "04 e807 02 1d", "2024-02-29"),
                    text("zero_date", FieldType::date, "00", "0000-00-00 00:00:00"),
                    text("datetime", FieldType::datetime, "07 e807021d0c2238", "2024-02-29 12:34:56"),
                    text("datetime_with_microseconds", FieldType::datetime, "0b e807021d0c2238 140a0c00",
                         "2024-02-29 12:34:56.789012"),
                    text("timestamp_of_a_date", FieldType::timestamp, "04 0100 01 01", "0001-01-01"),
                    text("time", FieldType::time, "08 00 00000000 010203", "01:02:03"),
                    text("zero_time", FieldType::time, "00", "00:00:00"),
                    text("negative_time_with_days", FieldType::time, "0c 01 22000000 160203 01000000",
                         "-838:02:03.000001")),
    RowName());

TEST(Execute, a_parameter_of_type_null_has_no_bytes) {
  Exact payload(execute("00 01 0600"));
  auto e = parse_execute(payload, 1, {}, {});
  ASSERT_TRUE(e.has_value());
  EXPECT_EQ(e->values, std::vector{BoundValue{}});
}

TEST(Execute, dates_and_times_of_other_lengths_are_refused) {
  for (auto t : {FieldType::date, FieldType::datetime, FieldType::timestamp, FieldType::time}) {
    for (std::uint8_t length = 1; length <= 20; ++length) {
      bool right =
          t == FieldType::time ? length == 8 || length == 12 : length == 4 || length == 7 || length == 11;
      std::string payload = execute("00 01");
      ByteWriter(payload).u8(type(t)).u8(0).u8(length).zeros(length);
      Exact input(payload);
      EXPECT_EQ(parse_execute(input, 1, {}, {}).has_value(), right) << int(type(t)) << ' ' << int(length);
    }
  }
}

TEST(Execute, nulls_are_bits_and_have_no_bytes) {
  constexpr std::size_t params = 10;
  for (std::size_t null_at = 0; null_at < params; ++null_at) {
    std::string payload = execute("");
    std::string bits(2, '\0');
    bits[null_at / 8] = static_cast<char>(1 << (null_at % 8));
    ByteWriter w(payload);
    w.text(bits).u8(1);
    for (std::size_t i = 0; i < params; ++i) w.u8(type(FieldType::tiny)).u8(0);
    for (std::size_t i = 0; i + 1 < params; ++i) w.u8(static_cast<std::uint8_t>(i));
    Exact input(payload);
    auto e = parse_execute(input, params, {}, {});
    ASSERT_TRUE(e.has_value()) << null_at;
    ASSERT_EQ(e->values.size(), params);
    for (std::size_t i = 0; i < params; ++i) {
      BoundValue sent{Kind::number, std::to_string(i < null_at ? i : i - 1)};
      EXPECT_EQ(e->values[i], i == null_at ? BoundValue{} : sent) << null_at << ' ' << i;
    }
  }
}

TEST(Execute, needs_types_from_the_packet_or_from_before) {
  Exact without(execute("00 00 05"));
  EXPECT_FALSE(parse_execute(without, 1, {}, {}).has_value());
  EXPECT_FALSE(parse_execute(without, 1, {{1, false}, {1, false}}, {}).has_value());
  EXPECT_TRUE(parse_execute(without, 1, {{1, false}}, {}).has_value());
  Exact with(execute("00 01 0300 05000000"));
  auto e = parse_execute(with, 1, {{1, false}}, {});
  ASSERT_TRUE(e.has_value());
  EXPECT_EQ(e->types, (std::vector<ParamType>{{3, false}})) << "new types replace the old ones";
}

TEST(Execute, long_data_takes_the_place_of_a_value) {
  LongDataSent sent{{0, "long"}, {2, ""}};
  Exact payload(execute("00 01 fc00 0100 fc00 05"));
  auto e = parse_execute(payload, 3, {}, sent);
  ASSERT_TRUE(e.has_value());
  EXPECT_EQ(e->values,
            (std::vector<BoundValue>{{Kind::text, "long"}, {Kind::number, "5"}, {Kind::text, ""}}));
  EXPECT_FALSE(parse_execute(payload, 3, {}, {}).has_value()) << "without it the bytes do not fit";
}

TEST(Execute, without_parameters_ends_with_the_iteration_count) {
  Exact payload(execute(""));
  auto e = parse_execute(payload, 0, {}, {});
  ASSERT_TRUE(e.has_value());
  EXPECT_TRUE(e->values.empty());
  for (std::size_t n = 0; n < 10; ++n) {
    Exact cut(std::string_view(execute("")).substr(0, n));
    EXPECT_FALSE(parse_execute(cut, 0, {}, {}).has_value()) << n;
  }
}

TEST(Execute, keeps_its_cursor_flags) {
  Exact payload(unhex("17 efbeadde 01 01000000"));
  auto e = parse_execute(payload, 0, {}, {});
  ASSERT_TRUE(e.has_value());
  EXPECT_EQ(e->statement_id, 0xDEADBEEF);
  EXPECT_EQ(e->flags, 1);
}

TEST(StatementId, stands_behind_the_command_byte) {
  for (const char* command : {"17", "18", "19", "1a", "1c"}) {
    Exact payload(unhex(command) + unhex("04030201"));
    EXPECT_EQ(statement_id(payload), std::optional<std::uint32_t>(0x01020304));
    Exact longer(unhex(command) + unhex("04030201 ff"));
    EXPECT_EQ(statement_id(longer), std::optional<std::uint32_t>(0x01020304));
    for (std::size_t n = 0; n < 5; ++n) {
      Exact cut(std::string_view(unhex("19 04030201")).substr(0, n));
      EXPECT_EQ(statement_id(cut), std::nullopt) << n;
    }
  }
}

TEST(LongDataPacket, carries_a_piece_of_one_parameter) {
  Exact payload(unhex("18 07000000 0201 616263"));
  auto d = parse_long_data(payload);
  ASSERT_TRUE(d.has_value());
  EXPECT_EQ(d->statement_id, 7U);
  EXPECT_EQ(d->param, 0x0102);
  EXPECT_EQ(d->data, "abc");
  Exact empty(unhex("18 07000000 0000"));
  ASSERT_TRUE(parse_long_data(empty).has_value());
  EXPECT_EQ(parse_long_data(empty)->data, "");
  for (std::size_t n = 0; n < 7; ++n) {
    Exact cut(std::string_view(unhex("18 07000000 0000")).substr(0, n));
    EXPECT_FALSE(parse_long_data(cut).has_value()) << n;
  }
}

}  // namespace
}  // namespace mogate::protocol
