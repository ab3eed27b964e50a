#include "protocol/commands.h"

#include "protocol/execute.h"
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

auto comparable(const ChangeUser& c) {
  return std::tuple(std::string(c.user), std::string(c.auth_response), std::string(c.database), c.collation,
                    std::string(c.plugin), std::string(c.attributes));
}

class ChangeUserCommand : public testing::TestWithParam<Row<ChangeUser>> {};

TEST_P(ChangeUserCommand, is_parsed_and_written) {
  check_row(GetParam(), parse_change_user, write_change_user, comparable);
}

constexpr Capabilities k41 = cap::protocol_41 | cap::secure_connection;
constexpr Capabilities kPlugin = k41 | cap::plugin_auth;
constexpr Capabilities kAll = kPlugin | cap::plugin_auth_lenenc | cap::connect_attrs;
const std::string kProof = unhex("ab09eef6bcb1323e61143865c0991d957d75d447");
const std::string kNative = "6d7973716c5f6e61746976655f70617373776f726400";

INSTANTIATE_TEST_SUITE_P(
    Clients, ChangeUserCommand,
    testing::Values(
        // As mariadb-connector-c sends it: the length of the response is one byte, whatever the flags say.
        Row<ChangeUser>{"with_everything",
                        kAll,
                        {"acc1:admin", kProof, "db", 45, kNativePassword, "\3foo\3bar"},
                        unhex("11") + "acc1:admin" + unhex("00 14") + kProof +
                            unhex("646200 2d00" + kNative) + unhex("08 03666f6f 03626172"),
                        Tail::lenient},
        Row<ChangeUser>{"no_password_and_no_database",
                        kPlugin,
                        {"u", "", "", 255, kNativePassword, ""},
                        unhex("11 7500 00 00 ff00" + kNative),
                        Tail::lenient},
        Row<ChangeUser>{"no_attributes",
                        kAll,
                        {"u", "", "", 255, "p", ""},
                        unhex("11 7500 00 00 ff00 7000 00"),
                        Tail::open},
        Row<ChangeUser>{"without_plugins",
                        k41,
                        {"u", "12", "d", 8, "", ""},
                        unhex("11 7500 02 3132 6400 0800"),
                        Tail::lenient},
        Row<ChangeUser>{"before_secure_connections",
                        cap::protocol_41,
                        {"u", "GDSCQYR_", "d", 8, "", ""},
                        unhex("11 7500 474453435159525f00 6400 0800"),
                        Tail::lenient},
        Row<ChangeUser>{"before_4_1",
                        0,
                        {"u", "GDSCQYR_", "d", 0, "", ""},
                        unhex("11 7500 474453435159525f00 6400"),
                        Tail::lenient}),
    RowName());

TEST(ChangeUserParse, what_flags_announce_may_be_left_out_at_the_end) {
  const std::string head = unhex("11 7500 02 3132 6400");
  for (const char* tail : {"", "0800", "0800 7000", "0800 7000 00"}) {
    Exact input(head + unhex(tail));
    auto change = parse_change_user(input, kAll);
    ASSERT_TRUE(change.has_value()) << tail;
    EXPECT_EQ(change->database, "d");
    EXPECT_EQ(change->collation, *tail != '\0' ? 8 : 0);
    EXPECT_EQ(change->plugin, std::string_view(tail).size() > 4 ? "p" : "");
  }
}

TEST(ChangeUserParse, what_is_cut_inside_a_field_is_refused) {
  for (const char* bytes : {"", "11", "11 75", "11 7500", "11 7500 02 31", "11 7500 00", "11 7500 00 64",
                            "11 7500 00 00 08", "11 7500 00 00 0800 70", "11 7500 00 00 0800 7000 02 01"}) {
    Exact input(unhex(bytes));
    EXPECT_FALSE(parse_change_user(input, kAll).has_value()) << bytes;
  }
}

TEST(ChangeUserWrite, a_response_over_255_bytes_is_left_to_the_auth_switch) {
  std::string out, long_response(256, 'r');
  write_change_user(out, {.user = "u", .auth_response = long_response, .database = "d"}, k41);
  EXPECT_EQ(to_hex(out), to_hex(unhex("11 7500 00 6400 0000")));
}

class FieldListCommand : public testing::TestWithParam<Row<FieldList>> {};

TEST_P(FieldListCommand, is_parsed_and_written) {
  check_row(
      GetParam(), [](Bytes b, Capabilities) { return parse_field_list(b); },
      [](std::string& out, const FieldList& f, Capabilities) { write_field_list(out, f); },
      [](const FieldList& f) { return std::tuple(std::string(f.table), std::string(f.pattern)); });
}

INSTANTIATE_TEST_SUITE_P(
    Requests, FieldListCommand,
    testing::Values(
        Row<FieldList>{"a_table", 0, {"t", ""}, unhex("04 7400"), Tail::open},
        Row<FieldList>{"a_pattern", 0, {"t", "a%"}, unhex("04 7400 6125"), Tail::open},
        Row<FieldList>{"a_pattern_with_its_nul", 0, {"t", "a%"}, unhex("04 7400 612500"), Tail::open, false}),
    RowName());

TEST(FieldListParse, needs_the_end_of_the_tables_name) {
  for (const char* bytes : {"", "04", "04 74"}) {
    Exact input(unhex(bytes));
    EXPECT_FALSE(parse_field_list(input).has_value()) << bytes;
  }
}

// As MariaDB sent them for (a int not null default 7, c datetime null).
TEST(FieldDefinition, ends_with_the_default) {
  constexpr std::uint16_t kNotNull = 1, kBinary = 0x80;
  ColumnView a{.schema = "p",
               .table = "t",
               .org_table = "t",
               .name = "a",
               .org_name = "a",
               .charset = kBinaryCharset,
               .length = 11,
               .type = 3,
               .flags = kNotNull};
  std::string out;
  write_field_definition(out, a, "7");
  EXPECT_EQ(to_hex(out),
            "03646566017001740174016101610c3f000b00000003010000000001"
            "37");
  ColumnView c{.schema = "p",
               .table = "t",
               .org_table = "t",
               .name = "c",
               .org_name = "c",
               .charset = kBinaryCharset,
               .length = 19,
               .type = 12,
               .flags = kBinary};
  out.clear();
  write_field_definition(out, c, std::nullopt);
  EXPECT_EQ(to_hex(out),
            "03646566017001740174016301630c3f00130000000c8000000000"
            "fb");
  EXPECT_TRUE(parse_column(as_bytes(out)).has_value());
}

class KillCommand : public testing::TestWithParam<Row<std::uint32_t>> {};

TEST_P(KillCommand, is_parsed_and_written) { check_row(GetParam(), parse_process_kill, write_process_kill); }

INSTANTIATE_TEST_SUITE_P(
    Ids, KillCommand,
    testing::Values(Row<std::uint32_t>{"small", 0, 7, unhex("0c 07000000"), Tail::lenient},
                    Row<std::uint32_t>{"large", 0, 0xFFFEFDFC, unhex("0c fcfdfeff"), Tail::lenient}),
    RowName());

class SetOptionCommand : public testing::TestWithParam<Row<SetOption>> {};

TEST_P(SetOptionCommand, is_parsed_and_written) { check_row(GetParam(), parse_set_option, write_set_option); }

INSTANTIATE_TEST_SUITE_P(
    Options, SetOptionCommand,
    testing::Values(Row<SetOption>{"on", 0, SetOption::multi_statements_on, unhex("1b 0000"), Tail::lenient},
                    Row<SetOption>{"off", 0, SetOption::multi_statements_off, unhex("1b 0100"),
                                   Tail::lenient},
                    Row<SetOption>{"unknown", 0, SetOption{9}, unhex("1b 0900"), Tail::lenient}),
    RowName());

class FetchCommand : public testing::TestWithParam<Row<StmtFetch>> {};

TEST_P(FetchCommand, is_parsed_and_written) { check_row(GetParam(), parse_stmt_fetch, write_stmt_fetch); }

INSTANTIATE_TEST_SUITE_P(
    Fetches, FetchCommand,
    testing::Values(Row<StmtFetch>{"some", 0, {7, 100}, unhex("1c 07000000 64000000"), Tail::lenient},
                    Row<StmtFetch>{"all", 0, {1, 0xFFFFFFFF}, unhex("1c 01000000 ffffffff"), Tail::lenient}),
    RowName());

TEST(ExecuteFlags, are_the_byte_behind_the_statement_id) {
  Exact with_cursor(unhex("17 07000000 01 01000000"));
  EXPECT_EQ(execute_flags(with_cursor), cursor::read_only);
  EXPECT_EQ(parse_execute(with_cursor, 0, {}, {})->flags, cursor::read_only);
  Exact all(unhex("17 07000000 07"));
  EXPECT_EQ(execute_flags(all), cursor::read_only | cursor::for_update | cursor::scrollable);
  Exact cut(unhex("17 07000000"));
  EXPECT_EQ(execute_flags(cut), std::nullopt);
}

TEST(StatisticsText, is_labels_and_numbers) {
  EXPECT_EQ(statistics_text({22, 2, 46, 0, 21, 1, 14}),
            "Uptime: 22  Threads: 2  Questions: 46  Slow queries: 0  Opens: 21  Flush tables: 1  "
            "Open tables: 14  Queries per second avg: 2.090");
  EXPECT_TRUE(statistics_text({}).ends_with("Queries per second avg: 0.000"));
  EXPECT_TRUE(statistics_text({.uptime_seconds = 1000, .questions = 5}).ends_with("avg: 0.005"));
}

}  // namespace
}  // namespace mogate::protocol
