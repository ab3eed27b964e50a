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

auto comparable(const ColumnView& c) {
  return std::tuple(std::string(c.catalog), std::string(c.schema), std::string(c.table),
                    std::string(c.org_table), std::string(c.name), std::string(c.org_name), c.charset,
                    c.length, c.type, c.flags, c.decimals);
}

constexpr auto type(FieldType t) { return static_cast<std::uint8_t>(t); }

class ColumnDefinition : public testing::TestWithParam<Row<ColumnView>> {};

TEST_P(ColumnDefinition, is_parsed_and_written) {
  check_row(
      GetParam(), [](Bytes b, Capabilities) { return parse_column(b); },
      [](std::string& out, const ColumnView& c, Capabilities) { write_column(out, c); }, comparable);
}

INSTANTIATE_TEST_SUITE_P(
    Servers, ColumnDefinition,
    testing::Values(
        Row<ColumnView>{
            "matrixone_literal_recorded",
            0,
            {.name = "1", .org_name = "1", .charset = kBinaryCharset, .length = 64, .type = 8, .flags = 1},
            unhex("0364656600000001310131 0c 3f00 40000000 08 0100 00 0000"),
            Tail::lenient},
        Row<ColumnView>{"mariadb_key_recorded",
                        0,
                        {.schema = "pt",
                         .table = "t",
                         .org_table = "t",
                         .name = "a",
                         .org_name = "a",
                         .charset = kBinaryCharset,
                         .length = 11,
                         .type = 3,
                         .flags = 0x4203},
                        unhex("0364656602707401740174016101610c3f000b0000000303420000 00"),
                        Tail::lenient},
        Row<ColumnView>{"mariadb_double_recorded",
                        0,
                        {.schema = "pt",
                         .table = "t",
                         .org_table = "t",
                         .name = "c",
                         .org_name = "c",
                         .charset = kBinaryCharset,
                         .length = 22,
                         .type = type(FieldType::double_),
                         .decimals = 31},
                        unhex("0364656602707401740174016301630c3f00160000000500001f0000"),
                        Tail::lenient},
        Row<ColumnView>{"a_type_of_matrixones_own",
                        0,
                        {.name = "n", .charset = 0, .type = 241},
                        unhex("03646566 00 00 00 016e 00 0c 0000 00000000 f1 0000 00 0000"),
                        Tail::lenient}),
    RowName());

TEST(ColumnParse, a_default_value_behind_the_definition_is_ignored) {
  Exact input(unhex("0364656602707401740174016101610c3f000b0000000303420000000130"));
  auto column = parse_column(input);
  ASSERT_TRUE(column.has_value());
  EXPECT_EQ(column->name, "a");
}

TEST(ColumnParse, fixed_fields_shorter_than_their_values_are_refused) {
  Exact input(unhex("03646566 00 00 00 016e 00 09 0000 00000000 f1 0000"));
  EXPECT_FALSE(parse_column(input).has_value());
}

struct TextRow {
  std::vector<std::optional<std::string>> cells;
};

std::vector<CellView> views(const std::vector<std::optional<std::string>>& cells) {
  std::vector<CellView> out;
  for (const auto& cell : cells) out.push_back(cell ? CellView(*cell) : CellView());
  return out;
}

std::vector<std::optional<std::string>> owned(const std::vector<CellView>& cells) {
  std::vector<std::optional<std::string>> out;
  for (const auto& cell : cells) out.push_back(cell ? std::optional<std::string>(*cell) : std::nullopt);
  return out;
}

class TextRowPacket : public testing::TestWithParam<Row<TextRow>> {};

TEST_P(TextRowPacket, is_parsed_and_written) {
  auto columns = GetParam().value.cells.size();
  check_row(
      GetParam(),
      [columns](Bytes b, Capabilities) -> std::optional<TextRow> {
        std::vector<CellView> cells;
        if (!parse_text_row(b, columns, cells)) return std::nullopt;
        return TextRow{owned(cells)};
      },
      [](std::string& out, const TextRow& row, Capabilities) { write_text_row(out, views(row.cells)); },
      [](const TextRow& row) { return row.cells; });
}

INSTANTIATE_TEST_SUITE_P(
    Cells, TextRowPacket,
    testing::Values(Row<TextRow>{"one", 0, {{{"1"}}}, unhex("0131")},
                    Row<TextRow>{"null_recorded", 0, {{{"2"}, std::nullopt}}, unhex("0132 fb")},
                    Row<TextRow>{"empty_is_not_null", 0, {{{""}, std::nullopt, {""}}}, unhex("00 fb 00")},
                    Row<TextRow>{"cell_of_251_bytes",
                                 0,
                                 {{{std::string(251, 'x')}}},
                                 unhex("fcfb00") + std::string(251, 'x')},
                    Row<TextRow>{"cell_of_64_kib",
                                 0,
                                 {{{"a"}, {std::string(65536, 'x')}}},
                                 unhex("0161 fd000001") + std::string(65536, 'x')}),
    RowName());

TEST(TextRowParse, needs_exactly_its_number_of_cells) {
  Exact input(unhex("0131 0132"));
  std::vector<CellView> cells;
  EXPECT_FALSE(parse_text_row(input, 1, cells));
  EXPECT_TRUE(parse_text_row(input, 2, cells));
  EXPECT_FALSE(parse_text_row(input, 3, cells));
  EXPECT_FALSE(parse_text_row(input, 1U << 20, cells));
  EXPECT_TRUE(parse_text_row({}, 0, cells));
}

struct BinaryRow {
  std::vector<std::uint8_t> types;
  std::vector<std::optional<std::string>> cells;
};

class BinaryRowPacket : public testing::TestWithParam<Row<BinaryRow>> {};

TEST_P(BinaryRowPacket, is_parsed_and_written) {
  const auto& types = GetParam().value.types;
  check_row(
      GetParam(),
      [&types](Bytes b, Capabilities) -> std::optional<BinaryRow> {
        std::vector<CellView> cells;
        if (!parse_binary_row(b, types, cells)) return std::nullopt;
        return BinaryRow{types, owned(cells)};
      },
      [](std::string& out, const BinaryRow& row, Capabilities) {
        write_binary_row(out, row.types, views(row.cells));
      },
      [](const BinaryRow& row) { return row.cells; });
}

BinaryRow one(FieldType t, const char* hex) { return {{type(t)}, {unhex(hex)}}; }

INSTANTIATE_TEST_SUITE_P(
    Types, BinaryRowPacket,
    testing::Values(
        Row<BinaryRow>{"tiny", 0, one(FieldType::tiny, "fd"), unhex("00 00 fd")},
        Row<BinaryRow>{"short", 0, one(FieldType::short_int, "feff"), unhex("00 00 feff")},
        Row<BinaryRow>{"year", 0, one(FieldType::year, "e807"), unhex("00 00 e807")},
        Row<BinaryRow>{"int24", 0, one(FieldType::int24, "90eefeff"), unhex("00 00 90eefeff")},
        Row<BinaryRow>{"long", 0, one(FieldType::long_int, "01000000"), unhex("00 00 01000000")},
        Row<BinaryRow>{"long_long", 0, one(FieldType::long_long, "ffffffffffffffff"),
                       unhex("00 00 ffffffffffffffff")},
        Row<BinaryRow>{"float", 0, one(FieldType::float_, "0000003f"), unhex("00 00 0000003f")},
        Row<BinaryRow>{"double", 0, one(FieldType::double_, "000000000000f83f"),
                       unhex("00 00 000000000000f83f")},
        Row<BinaryRow>{"decimal", 0, one(FieldType::decimal, "312e35"), unhex("00 00 03 312e35")},
        Row<BinaryRow>{"new_decimal", 0, one(FieldType::new_decimal, "31322e3334"),
                       unhex("00 00 05 31322e3334")},
        Row<BinaryRow>{"varchar", 0, one(FieldType::varchar, "6162"), unhex("00 00 02 6162")},
        Row<BinaryRow>{"var_string", 0, one(FieldType::var_string, ""), unhex("00 00 00")},
        Row<BinaryRow>{"string", 0, one(FieldType::string, "79"), unhex("00 00 01 79")},
        Row<BinaryRow>{"enum", 0, one(FieldType::enum_, "79"), unhex("00 00 01 79")},
        Row<BinaryRow>{"set", 0, one(FieldType::set, "61"), unhex("00 00 01 61")},
        Row<BinaryRow>{"blob", 0, one(FieldType::blob, "0031"), unhex("00 00 02 0031")},
        Row<BinaryRow>{"tiny_blob", 0, one(FieldType::tiny_blob, "00"), unhex("00 00 01 00")},
        Row<BinaryRow>{"medium_blob", 0, one(FieldType::medium_blob, "00"), unhex("00 00 01 00")},
        Row<BinaryRow>{"long_blob", 0, one(FieldType::long_blob, "00"), unhex("00 00 01 00")},
        Row<BinaryRow>{"geometry", 0, one(FieldType::geometry, "01"), unhex("00 00 01 01")},
        Row<BinaryRow>{"json", 0, one(FieldType::json, "7b7d"), unhex("00 00 02 7b7d")},
        Row<BinaryRow>{"bit", 0, one(FieldType::bit, "05"), unhex("00 00 01 05")},
        Row<BinaryRow>{"matrixone_text_241", 0, {{241}, {"ab"}}, unhex("00 00 02 6162")},
        Row<BinaryRow>{"date", 0, one(FieldType::date, "e807021d"), unhex("00 00 04 e807021d")},
        Row<BinaryRow>{"zero_date", 0, one(FieldType::date, ""), unhex("00 00 00")},
        Row<BinaryRow>{"datetime", 0, one(FieldType::datetime, "e807021d0c2238140a0c00"),
                       unhex("00 00 0b e807021d0c2238140a0c00")},
        Row<BinaryRow>{"timestamp", 0, one(FieldType::timestamp, "e807021d0c2238"),
                       unhex("00 00 07 e807021d0c2238")},
        Row<BinaryRow>{"time", 0, one(FieldType::time, "0101000000010102 20a10700"),
                       unhex("00 00 0c 010100000001010220a10700")},
        Row<BinaryRow>{"null", 0, {{type(FieldType::long_int)}, {std::nullopt}}, unhex("00 04")},
        Row<BinaryRow>{"a_null_type", 0, {{type(FieldType::null)}, {std::nullopt}}, unhex("00 04")},
        // Of a table with every type in MariaDB 10.11.
        Row<BinaryRow>{"all_types_recorded",
                       0,
                       {{3, 253, 5, 12, 10, 11, 246, 252, 4, 8, 2, 1, 13, 9, 7, 252, 16, 254},
                        {unhex("01000000"), "abd", unhex("000000000000f83f"), unhex("e807021d0c2238140a0c00"),
                         unhex("e807021d"), unhex("01010000000101022 0a10700"), "12.34", unhex("0031"),
                         unhex("0000003f"), unhex("ffffffffffffffff"), unhex("feff"), unhex("fd"),
                         unhex("e807"), unhex("90eefeff"), unhex("e807021d0c2238"), "{}", unhex("05"), "y"}},
                       unhex("000000000100000003616264000000000000f83f0be807021d0c2238140a0c0004e807021d0c010"
                             "100000001010220a107"
                             "000531322e33340200310000003ffffffffffffffffffefffde80790eefeff07e807021d0c22380"
                             "27b7d01050179")}),
    RowName());

TEST(BinaryRowParse, null_bits_start_at_the_third) {
  std::vector<std::uint8_t> types(15, type(FieldType::tiny));
  for (std::size_t null_at = 0; null_at < types.size(); ++null_at) {
    std::vector<CellView> cells(types.size(), CellView("x"));
    cells[null_at] = std::nullopt;
    std::string bytes;
    write_binary_row(bytes, types, cells);
    EXPECT_EQ(bytes.size(), 1 + 3 + types.size() - 1);
    EXPECT_EQ(static_cast<std::uint8_t>(bytes[1 + (null_at + 2) / 8]), 1U << (null_at + 2) % 8);
    Exact input(bytes);
    std::vector<CellView> parsed;
    ASSERT_TRUE(parse_binary_row(input, types, parsed));
    EXPECT_EQ(owned(parsed), owned(cells));
  }
}

TEST(BinaryRowParse, refuses_a_wrong_header_and_a_cut_bitmap) {
  std::vector<CellView> cells;
  Exact header(unhex("01 00 05"));
  EXPECT_FALSE(parse_binary_row(header, {1}, cells));
  Exact bitmap(unhex("00 00"));
  EXPECT_FALSE(parse_binary_row(bitmap, std::vector<std::uint8_t>(7, 1), cells));
  EXPECT_FALSE(parse_binary_row({}, {1}, cells));
}

class PreparePacket : public testing::TestWithParam<Row<PrepareOk>> {};

TEST_P(PreparePacket, is_parsed_and_written) { check_row(GetParam(), parse_prepare_ok, write_prepare_ok); }

INSTANTIATE_TEST_SUITE_P(
    Servers, PreparePacket,
    testing::Values(
        Row<PrepareOk>{
            "mariadb_recorded", 0, {2, 2, 2, 0}, unhex("00 02000000 0200 0200 00 0000"), Tail::lenient},
        Row<PrepareOk>{"no_columns", 0, {3, 0, 1, 0}, unhex("00 03000000 0000 0100 00 0000"), Tail::lenient},
        Row<PrepareOk>{"everything",
                       0,
                       {0xFFFFFFFF, 0x1234, 0xFFFF, 2},
                       unhex("00 ffffffff 3412 ffff 00 0200"),
                       Tail::lenient}),
    RowName());

TEST(PrepareOkParse, an_error_is_none) {
  Exact input(unhex("ff2804 233432303030 596f7520686176"));
  EXPECT_FALSE(parse_prepare_ok(input).has_value());
}

TEST(LocalInfile, carries_the_file_name) {
  Exact recorded(unhex("fb2f782f79"));
  EXPECT_EQ(parse_local_infile(recorded), std::optional<std::string_view>("/x/y"));
  std::string out;
  write_local_infile(out, "/x/y");
  EXPECT_EQ(to_hex(out), "fb2f782f79");
  Exact bare(unhex("fb"));
  EXPECT_EQ(parse_local_infile(bare), std::optional<std::string_view>(""));
  EXPECT_EQ(parse_local_infile({}), std::nullopt);
  Exact other(unhex("002f78"));
  EXPECT_EQ(parse_local_infile(other), std::nullopt);
}

}  // namespace
}  // namespace mogate::protocol
