// ResponseTracker on whole answers: where each command's answer ends, at every cut.
#include "unit/protocol/answers.h"

#include <array>

namespace mogate::protocol {
namespace {

using test::Answer;
using test::at_every_cut;
using test::kNewEof;
using test::kOldEof;
using test::Relay;
using test::Relayed;
using test::RowName;
using Stop = ResponseTracker::Stop;

constexpr std::uint16_t kIdle = status::autocommit;
constexpr std::uint16_t kMore = status::autocommit | status::more_results;

struct Script {
  std::string name;
  Command command;
  Capabilities caps;
  Answer answer;
  std::optional<std::uint16_t> status = kIdle;
  std::uint64_t affected = 0;
  friend std::ostream& operator<<(std::ostream& out, const Script& script) { return out << script.name; }
};

class WholeAnswer : public testing::TestWithParam<Script> {};

TEST_P(WholeAnswer, is_followed_to_its_end_at_every_cut) {
  const auto& script = GetParam();
  // What a server sends behind the answer belongs to the next one.
  std::string next = test::packet(0, std::string("\0\0\0\2\0\0\0", 7));
  at_every_cut(
      script.answer.bytes() + next, [&] { return ResponseTracker(script.command, script.caps); },
      [&](const ResponseTracker& tracker, const Relayed& relayed) {
        EXPECT_EQ(relayed.stops, std::vector{Stop::done});
        EXPECT_EQ(relayed.forwarded, script.answer.bytes());
        EXPECT_EQ(relayed.left, next);
        EXPECT_TRUE(tracker.finished());
        EXPECT_TRUE(tracker.started());
        EXPECT_EQ(tracker.has_status(), script.status.has_value());
        EXPECT_EQ(tracker.status(), script.status.value_or(0));
        EXPECT_EQ(tracker.affected_rows(), script.affected);
        EXPECT_EQ(tracker.last_sequence(), script.answer.last_sequence());
      });
}

TEST_P(WholeAnswer, is_not_over_one_byte_before_its_end) {
  const auto& script = GetParam();
  auto bytes = std::string_view(script.answer.bytes());
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    ResponseTracker tracker(script.command, script.caps);
    Relay relay(tracker);
    relay.feed(bytes.substr(0, n));
    EXPECT_TRUE(relay.relayed().stops.empty()) << n;
    EXPECT_FALSE(tracker.finished()) << n;
  }
}

// Scripts that differ only in how rows end, for both ways.
std::vector<Script> results() {
  std::vector<Script> all;
  for (auto caps : {kOldEof, kNewEof}) {
    std::string suffix = caps == kOldEof ? "_old_eof" : "_deprecate_eof";
    auto add = [&](std::string name, Command command, Answer answer, std::uint16_t status = kIdle,
                   std::uint64_t affected = 0) {
      all.push_back({name + suffix, command, caps, std::move(answer), status, affected});
    };
    auto start = [&] { return Answer(caps); };
    std::string text300(300, 'x');
    add("no_rows", Command::query, start().columns(1).end());
    add("rows", Command::query, start().columns(2).row({"1", "a"}).row({"22", std::nullopt}).end());
    add("a_row_that_begins_with_null", Command::query, start().columns(1).row({std::nullopt}).end());
    add("a_row_that_looks_like_ok", Command::query, start().columns(1).row({""}).end());
    add("a_row_whose_first_cell_has_a_long_length", Command::query, start().columns(1).row({text300}).end());
    auto many = start().hex("fc2c01");
    for (int i = 0; i < 300; ++i) many.raw("x");
    add("300_columns", Command::query, many.separator().end());
    add("in_a_transaction", Command::query, start().columns(1).row({"1"}).end(3), 3);
    add("two_results", Command::query, start().columns(1).row({"1"}).end(kMore).columns(2).end());
    add("result_then_ok", Command::query, start().columns(1).row({"1"}).end(kMore).ok(kIdle, 9), kIdle, 9);
    add("ok_then_result", Command::query, start().ok(kMore, 3).columns(1).row({"1"}).end(), kIdle, 3);
    add("three_oks", Command::query, start().ok(kMore).ok(kMore, 4).ok(kIdle, 5), kIdle, 5);
    add("process_info", Command::process_info, start().columns(1).row({"1"}).end());
    add("binary_rows", Command::stmt_execute,
        start().columns(1).binary_row("a").binary_row(text300).end(0x0812), 0x0812);
    add("executed_without_rows", Command::stmt_execute, start().ok(kIdle, 70000), kIdle, 70000);
    add("executed_with_two_results", Command::stmt_execute,
        start().columns(1).binary_row("a").end(kMore).ok(kIdle, 1), kIdle, 1);
    add("fetched", Command::stmt_fetch,
        start().binary_row("a").binary_row("b").end(kIdle | status::cursor_exists),
        kIdle | status::cursor_exists);
    add("fetched_no_more_rows", Command::stmt_fetch, start().end(kIdle | status::last_row_sent),
        kIdle | status::last_row_sent);
    add("field_list", Command::field_list, start().definition("a").definition("b").end());
    add("field_list_empty", Command::field_list, start().end());
    add("field_list_is_one_answer_whatever_its_status", Command::field_list,
        start().definition("a").end(kMore), kMore);
  }
  return all;
}

std::vector<Script> prepares() {
  std::vector<Script> all;
  struct Counts {
    std::uint16_t columns, params;
  };
  for (auto caps : {kOldEof, kNewEof}) {
    for (auto [columns, params] : {Counts{0, 0}, Counts{2, 0}, Counts{0, 3}, Counts{1, 1}, Counts{3, 2}}) {
      Answer answer(caps);
      answer.prepared(columns, params);
      if (params != 0) answer.definitions(params).separator();
      if (columns != 0) answer.definitions(columns).separator();
      auto name = std::to_string(columns) + "_columns_" + std::to_string(params) + "_params" +
                  (caps == kOldEof ? "_old_eof" : "_deprecate_eof");
      all.push_back({name, Command::stmt_prepare, caps, answer, std::nullopt, 0});
    }
  }
  return all;
}

std::vector<Script> single_packets() {
  std::vector<Script> all;
  for (auto command :
       {Command::init_db, Command::create_db, Command::drop_db, Command::refresh, Command::ping,
        Command::process_kill, Command::shutdown, Command::debug, Command::set_option, Command::stmt_reset,
        Command::reset_connection, Command::register_slave}) {
    auto code = std::to_string(static_cast<int>(command));
    all.push_back({"ok_to_" + code, command, kNewEof, Answer(kNewEof).ok(kIdle, 2), kIdle, 2});
    all.push_back({"eof_to_" + code, command, kNewEof, Answer(kNewEof).eof()});
  }
  return all;
}

const auto kOthers = std::array{
    Script{"matrixone_insert_recorded", Command::query, kNewEof, Answer(kNewEof).hex("00 01 01 1208 0000 00"),
           0x0812, 1},
    Script{"matrixone_rows_end_recorded", Command::query, kNewEof,
           Answer(kNewEof).columns(1).row({"1"}).hex("fe 00 00 1208 0000 00"), 0x0812},
    Script{"matrixone_field_list_recorded", Command::field_list, kNewEof,
           Answer(kNewEof).hex("fe 0000 0200")},
    Script{"counters_of_every_width", Command::query, kOldEof,
           Answer(kOldEof).hex("00 fe0100000000000080 fd010203 1208 0000 00"), 0x0812, 0x8000000000000001},
    Script{"an_ok_with_a_long_info", Command::query, kOldEof,
           Answer(kOldEof).raw(test::unhex("00 fcff00 05 0200 0000") + std::string(90, 'i')), kIdle, 255},
    Script{"an_eof_instead_of_ok", Command::query, kOldEof, Answer(kOldEof).eof(0x22), 0x22},
    Script{"a_row_that_begins_as_an_eof_but_is_longer", Command::query, kOldEof,
           Answer(kOldEof).columns(1).hex("fe0100000000000000 61").end()},
    Script{"only_an_execution_opens_a_cursor", Command::query, kOldEof,
           Answer(kOldEof).columns(1, kIdle | status::cursor_exists).row({"1"}).end()},
    // With a cursor the rows wait for COM_STMT_FETCH.
    Script{"a_cursor_is_opened_old_eof", Command::stmt_execute, kOldEof,
           Answer(kOldEof).columns(2, kIdle | status::cursor_exists), kIdle | status::cursor_exists},
    Script{"a_cursor_is_opened_deprecate_eof", Command::stmt_execute, kNewEof,
           Answer(kNewEof).columns(2).end(kIdle | status::cursor_exists), kIdle | status::cursor_exists},
    Script{"statistics_are_text", Command::statistics, kNewEof, Answer(kNewEof).raw("Uptime: 1  Threads: 2"),
           std::nullopt},
    Script{"statistics_that_begin_as_ok", Command::statistics, kNewEof, Answer(kNewEof).hex("00 41"),
           std::nullopt},
    Script{"statistics_may_be_empty", Command::statistics, kNewEof, Answer(kNewEof).raw(""), std::nullopt},
    Script{"a_binlog_event_is_no_ok", Command::binlog_dump, kOldEof,
           Answer(kOldEof).hex("00 0102").hex("00 03").eof()},
    Script{"change_user_taken_at_once", Command::change_user, kNewEof, Answer(kNewEof).ok(0x0810), 0x0810},
    Script{"before_4_1_without_a_status", Command::query, cap::long_password, Answer(0).hex("00 02 00 4142"),
           std::nullopt, 2},
    Script{"before_4_1_rows", Command::query, cap::long_password,
           Answer(0).hex("01").hex("0161").hex("fe").hex("0131").hex("fe"), std::nullopt},
};

// What MariaDB sent to the commands that MatrixOne lacks, with each way of ending rows.
std::vector<Script> recorded() {
  constexpr std::uint16_t cursor = 0x42, last = 0x82;
  const std::string definition = "03646566 0170 0174 0174 0161 0161 0c3f000b000000030100000000";
  std::vector<Script> all;
  for (bool old : {true, false}) {
    auto caps = old ? kOldEof : kNewEof;
    auto add = [&](std::string name, Command command, Answer answer,
                   std::optional<std::uint16_t> status = kIdle) {
      all.push_back(
          {name + (old ? "_old_eof" : "_deprecate_eof"), command, caps, std::move(answer), status, 0});
    };
    auto end = [&](std::string status) { return "fe0000" + status + (old ? "00" : "000000"); };
    auto start = [&] { return Answer(caps); };
    add("mariadb_field_list", Command::field_list,
        start().hex(definition + "0137").hex(definition + "fb").hex(end("02")));
    add("mariadb_set_option", Command::set_option, start().hex(end("02")));
    add("mariadb_kill", Command::process_kill, start().hex("00000002000000"));
    add("mariadb_reset_connection", Command::reset_connection, start().hex("00000002000000"));
    add("mariadb_cursor", Command::stmt_execute,
        start().hex("02").hex(definition).hex(definition).hex(end("62")), cursor | 0x20);
    add("mariadb_cursor_without_rows", Command::stmt_execute,
        start().hex("01").hex(definition).hex(end("62")), cursor | 0x20);
    auto no_cursor = start().hex("01").hex(definition);
    if (old) no_cursor.hex(end("22"));
    add("mariadb_no_cursor", Command::stmt_execute, no_cursor.hex("0000010000000161").hex(end("22")), 0x22);
    add("mariadb_fetch", Command::stmt_fetch,
        start().hex("0000010000000161").hex("0000020000000162").hex(end("42")), cursor);
    add("mariadb_last_fetch", Command::stmt_fetch, start().hex("0000030000000163").hex(end("82")), last);
    add("mariadb_fetch_of_none", Command::stmt_fetch, start().hex(end("82")), last);
    add("mariadb_statistics", Command::statistics,
        start().raw("Uptime: 2  Threads: 1  Questions: 12  Slow queries: 0"), std::nullopt);
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Recorded, WholeAnswer, testing::ValuesIn(recorded()), RowName());
INSTANTIATE_TEST_SUITE_P(Results, WholeAnswer, testing::ValuesIn(results()), RowName());
INSTANTIATE_TEST_SUITE_P(Prepares, WholeAnswer, testing::ValuesIn(prepares()), RowName());
INSTANTIATE_TEST_SUITE_P(SinglePackets, WholeAnswer, testing::ValuesIn(single_packets()), RowName());
INSTANTIATE_TEST_SUITE_P(Others, WholeAnswer, testing::ValuesIn(kOthers), RowName());

TEST(Tracker, has_no_answer_to_wait_for_after_quit_close_and_long_data) {
  for (int code = 0; code <= 0xFF; ++code) {
    auto command = static_cast<Command>(code);
    bool silent =
        command == Command::quit || command == Command::stmt_close || command == Command::stmt_send_long_data;
    EXPECT_EQ(ResponseTracker::expects_answer(command), !silent) << code;
    ResponseTracker tracker(command, kNewEof);
    EXPECT_EQ(tracker.finished(), silent) << code;
    auto progress = tracker.consume({});
    EXPECT_EQ(progress.bytes, 0U);
    EXPECT_EQ(progress.stop, silent ? Stop::done : Stop::need_more) << code;
  }
}

TEST(Tracker, keeps_what_a_prepare_said) {
  ResponseTracker tracker(Command::stmt_prepare, kNewEof);
  Relay relay(tracker);
  relay.feed(Answer(kNewEof).prepared(2, 1).definitions(3).bytes());
  EXPECT_EQ(tracker.prepare_ok(), (PrepareOk{7, 2, 1, 0}));
}

TEST(Tracker, has_started_once_a_byte_was_passed_on) {
  ResponseTracker tracker(Command::stmt_fetch, kNewEof);
  EXPECT_FALSE(tracker.started());
  Relay relay(tracker);
  relay.feed(Answer(kNewEof).binary_row("a").bytes());
  EXPECT_TRUE(tracker.started());
  EXPECT_FALSE(tracker.finished());
}

}  // namespace
}  // namespace mogate::protocol
