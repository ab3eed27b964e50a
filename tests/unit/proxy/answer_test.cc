// The gateway's own answers: read back with the protocol library, and followed by its tracker.
#include "proxy/session/answer.h"

#include "protocol/frame.h"
#include "protocol/response_tracker.h"
#include "unit/protocol/support.h"

namespace mogate::proxy {
namespace {

using protocol::Command;
using protocol::FieldType;
using protocol::ResponseTracker;
namespace cap = protocol::cap;
namespace status = protocol::status;

constexpr protocol::Capabilities kOldEof = cap::protocol_41 | cap::transactions;
constexpr protocol::Capabilities kNewEof = kOldEof | cap::deprecate_eof;
constexpr auto kLongLong = static_cast<std::uint8_t>(FieldType::long_long);
constexpr auto kLong = static_cast<std::uint8_t>(FieldType::long_int);
constexpr auto kTiny = static_cast<std::uint8_t>(FieldType::tiny);
constexpr auto kText = static_cast<std::uint8_t>(FieldType::var_string);

struct Packet {
  std::uint8_t sequence;
  std::string payload;
};

std::vector<Packet> packets_of(std::string_view stream) {
  std::vector<Packet> packets;
  while (!stream.empty()) {
    protocol::PacketAssembler assembler;
    stream.remove_prefix(assembler.feed(protocol::as_bytes(stream)));
    EXPECT_TRUE(assembler.complete());
    if (!assembler.complete()) break;
    packets.push_back({assembler.sequence(), std::string(protocol::as_text(assembler.payload()))});
  }
  return packets;
}

struct How {
  std::string name;
  AnswerFormat format;
  friend std::ostream& operator<<(std::ostream& out, const How& how) { return out << how.name; }
};

std::vector<How> all_formats() {
  std::vector<How> all;
  for (auto caps : {kOldEof, kNewEof})
    for (bool more : {false, true})
      for (bool binary : {false, true}) {
        AnswerFormat format;
        format.capabilities = caps;
        format.more_results = more;
        format.binary = binary;
        format.sequence = 254;
        auto name = std::string(caps == kOldEof ? "old_eof" : "deprecate_eof") +
                    (binary ? "_binary" : "_text") + (more ? "_more_follows" : "_last");
        all.push_back({name, format});
      }
  return all;
}

class OwnAnswer : public testing::TestWithParam<How> {
 protected:
  // What a client would follow it as: once with MORE_RESULTS it is not over.
  void expect_complete(std::string stream, Command command) {
    ResponseTracker tracker(command, format_.capabilities);
    auto progress = tracker.consume({reinterpret_cast<std::uint8_t*>(stream.data()), stream.size()});
    EXPECT_EQ(progress.bytes, stream.size());
    EXPECT_EQ(progress.stop,
              format_.more_results ? ResponseTracker::Stop::need_more : ResponseTracker::Stop::done);
    EXPECT_EQ((tracker.status() & status::more_results) != 0, format_.more_results);
    EXPECT_EQ(tracker.last_sequence(), static_cast<std::uint8_t>(format_.sequence - 1));
  }
  void expect_sequences_from(std::uint8_t first, const std::vector<Packet>& packets) {
    for (const auto& packet : packets) EXPECT_EQ(packet.sequence, first++);
    EXPECT_EQ(format_.sequence, first) << "moved behind the last packet";
  }

  AnswerFormat format_ = GetParam().format;
};

TEST_P(OwnAnswer, ok_has_counts_status_and_info) {
  format_.status = status::autocommit | status::in_transaction;
  std::string out;
  append_ok(out, format_, 70000, "not part of the transaction");
  auto packets = packets_of(out);
  ASSERT_EQ(packets.size(), 1U);
  expect_sequences_from(254, packets);
  auto ok = protocol::parse_ok(protocol::as_bytes(packets[0].payload), format_.capabilities);
  ASSERT_TRUE(ok.has_value());
  EXPECT_EQ(ok->affected_rows, 70000U);
  EXPECT_EQ(ok->info, "not part of the transaction");
  EXPECT_EQ(ok->status, format_.status | (format_.more_results ? status::more_results : 0));
  expect_complete(out, Command::query);
}

TEST_P(OwnAnswer, error_has_number_state_and_text) {
  std::string out;
  append_error(out, format_, {1146, "no such table d.t", {}});
  auto packets = packets_of(out);
  ASSERT_EQ(packets.size(), 1U);
  expect_sequences_from(254, packets);
  auto error = protocol::parse_err(protocol::as_bytes(packets[0].payload), format_.capabilities);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code, 1146);
  EXPECT_EQ(error->sqlstate, "42S02");
  EXPECT_EQ(error->message, "no such table d.t");
}

const std::vector<rewrite::ColumnSpec> kColumns{
    {"big", kLongLong}, {"int", kLong}, {"small", kTiny}, {"text", kText}};

// Values in order; integers of the binary protocol are shown as numbers again.
std::vector<std::optional<std::string>> cells_of(const std::string& payload, bool binary) {
  std::vector<protocol::CellView> cells;
  if (!binary) {
    EXPECT_TRUE(protocol::parse_text_row(protocol::as_bytes(payload), kColumns.size(), cells));
    return {cells.begin(), cells.end()};
  }
  EXPECT_TRUE(
      protocol::parse_binary_row(protocol::as_bytes(payload), {kLongLong, kLong, kTiny, kText}, cells));
  std::vector<std::optional<std::string>> values;
  for (const auto& cell : cells) {
    bool integer = cell && values.size() < 3;
    std::int64_t number = 0;
    if (integer) {
      for (std::size_t i = cell->size(); i-- > 0;)
        number = static_cast<std::int64_t>(static_cast<std::uint64_t>(number) << 8 |
                                           static_cast<std::uint8_t>((*cell)[i]));
      auto unused = 64 - 8 * cell->size();
      number = static_cast<std::int64_t>(static_cast<std::uint64_t>(number) << unused) >> unused;
    }
    values.push_back(integer ? std::to_string(number)
                     : cell  ? std::optional<std::string>(*cell)
                             : std::nullopt);
  }
  return values;
}

TEST_P(OwnAnswer, rows_come_with_their_columns_and_end) {
  rewrite::Rows rows;
  rows.rows = {{"-9223372036854775808", "-1", "-128", "a"},
               {"9223372036854775807", "2147483647", "127", std::string(70000, 'x')},
               {std::nullopt, std::nullopt, std::nullopt, std::nullopt},
               {"0", "0", "0", ""}};
  std::string out;
  append_rows(out, format_, kColumns, rows);
  auto packets = packets_of(out);
  auto eofs = format_.capabilities & cap::deprecate_eof ? 1U : 2U;
  ASSERT_EQ(packets.size(), 1 + kColumns.size() + rows.rows.size() + eofs);
  expect_sequences_from(254, packets);
  EXPECT_EQ(packets[0].payload, "\x04");
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    auto column = protocol::parse_column(protocol::as_bytes(packets[1 + i].payload));
    ASSERT_TRUE(column.has_value());
    EXPECT_EQ(column->name, kColumns[i].name);
    EXPECT_EQ(column->type, kColumns[i].type);
  }
  auto first_row = packets.size() - 1 - rows.rows.size();
  for (std::size_t i = 0; i < rows.rows.size(); ++i)
    EXPECT_EQ(cells_of(packets[first_row + i].payload, format_.binary), rows.rows[i]) << i;
  expect_complete(out, format_.binary ? Command::stmt_execute : Command::query);
}

TEST_P(OwnAnswer, no_rows_are_still_a_result) {
  std::string out;
  append_rows(out, format_, kColumns, {});
  expect_complete(out, format_.binary ? Command::stmt_execute : Command::query);
}

TEST_P(OwnAnswer, is_appended_to_what_is_there) {
  std::string out = "before";
  append_ok(out, format_);
  EXPECT_TRUE(out.starts_with("before"));
  EXPECT_EQ(packets_of(out.substr(6)).size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Formats, OwnAnswer, testing::ValuesIn(all_formats()), protocol::test::RowName());

TEST(OwnColumn, numbers_and_timestamps_are_binary_and_other_times_are_text) {
  for (auto type : {FieldType::long_long, FieldType::timestamp}) {
    auto view = column_view({"n", static_cast<std::uint8_t>(type), 0, 6});
    EXPECT_EQ(view.charset, protocol::kBinaryCharset);
    EXPECT_EQ(view.type, static_cast<std::uint8_t>(type));
    EXPECT_EQ(view.decimals, 6);
  }
  for (auto type : {FieldType::var_string, FieldType::datetime, FieldType::json}) {
    auto view = column_view({"t", static_cast<std::uint8_t>(type)});
    EXPECT_EQ(view.type, kText);
    EXPECT_EQ(view.charset, protocol::kUtf8mb4General);
  }
  EXPECT_EQ(column_view({"t", static_cast<std::uint8_t>(FieldType::blob)}).type,
            static_cast<std::uint8_t>(FieldType::blob));
}

TEST(OwnColumn, timestamps_have_microseconds_in_the_binary_protocol_where_there_are_some) {
  using namespace std::literals;
  for (auto [text, wanted] : {
           std::pair{"2026-11-21 22:34:05", "\xEA\x07\x0B\x15\x16\x22\x05"s},
           std::pair{"2026-11-21 22:34:05.000000", "\xEA\x07\x0B\x15\x16\x22\x05"s},
           std::pair{"1970-01-02 00:00:00.000001", "\xB2\x07\x01\x02\x00\x00\x00\x01\x00\x00\x00"s},
           std::pair{"2026-11-21 22:34:05.5", "\xEA\x07\x0B\x15\x16\x22\x05\x20\xA1\x07\x00"s},
           std::pair{"", "\x00\x00\x00\x00\x00\x00\x00"s},
       }) {
    AnswerFormat format;
    format.capabilities = kNewEof;
    format.binary = true;
    std::string out;
    constexpr auto kTimestamp = static_cast<std::uint8_t>(FieldType::timestamp);
    append_rows(out, format, {{"t", kTimestamp, 0, 6}}, {{}, {{text}}});
    std::vector<protocol::CellView> cells;
    auto row = packets_of(out).at(2).payload;
    ASSERT_TRUE(protocol::parse_binary_row(protocol::as_bytes(row), {kTimestamp}, cells)) << text;
    EXPECT_EQ(cells.at(0), wanted) << text;
  }
}

}  // namespace
}  // namespace mogate::proxy
