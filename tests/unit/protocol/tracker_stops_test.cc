// ResponseTracker where the relay has to act in mid-answer: errors, LOCAL INFILE, the client's turn in a
// change of user, and streams that are no answer.
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

// What was sent before the error, and the error.
struct Failing {
  const char* name;
  Command command;
  Capabilities caps;
  Answer before;
  friend std::ostream& operator<<(std::ostream& out, const Failing& row) { return out << row.name; }
};

class ErrorIn : public testing::TestWithParam<Failing> {};

TEST_P(ErrorIn, is_left_to_the_relay_and_ends_the_answer) {
  const auto& script = GetParam();
  auto whole = script.before;
  whole.error();
  auto error = whole.bytes().substr(script.before.bytes().size());
  at_every_cut(
      whole.bytes() + "next", [&] { return ResponseTracker(script.command, script.caps); },
      [&](const ResponseTracker& tracker, const Relayed& relayed) {
        EXPECT_EQ(relayed.stops, (std::vector{Stop::error_packet, Stop::done}));
        EXPECT_EQ(relayed.forwarded, script.before.bytes());
        EXPECT_EQ(relayed.taken, error);
        EXPECT_EQ(relayed.left, "next");
        EXPECT_TRUE(tracker.finished());
        EXPECT_EQ(tracker.started(), !script.before.bytes().empty());
      });
}

constexpr std::uint16_t kMore = status::autocommit | status::more_results;

const auto kFailing = std::array{
    Failing{"a_query", Command::query, kOldEof, Answer(kOldEof)},
    Failing{"definitions", Command::query, kOldEof, Answer(kOldEof).hex("02").definition()},
    Failing{"place_of_the_eof", Command::query, kOldEof, Answer(kOldEof).hex("01").definition()},
    Failing{"place_of_the_first_row", Command::query, kOldEof, Answer(kOldEof).columns(1)},
    Failing{"place_of_the_first_row_deprecate_eof", Command::query, kNewEof, Answer(kNewEof).columns(1)},
    Failing{"rows", Command::query, kOldEof, Answer(kOldEof).columns(1).row({"1"}).row({"2"})},
    Failing{"rows_deprecate_eof", Command::query, kNewEof, Answer(kNewEof).columns(1).row({"1"}).row({"2"})},
    Failing{"binary_rows", Command::stmt_execute, kNewEof, Answer(kNewEof).columns(1).binary_row("a")},
    Failing{"fetched_rows", Command::stmt_fetch, kNewEof, Answer(kNewEof).binary_row("a")},
    Failing{"the_second_result", Command::query, kNewEof, Answer(kNewEof).columns(1).row({"1"}).end(kMore)},
    Failing{"what_follows_an_ok", Command::query, kNewEof, Answer(kNewEof).ok(kMore)},
    Failing{"a_prepare", Command::stmt_prepare, kOldEof, Answer(kOldEof)},
    Failing{"a_prepares_definitions", Command::stmt_prepare, kOldEof,
            Answer(kOldEof).prepared(0, 2).definition()},
    Failing{"a_field_list", Command::field_list, kOldEof, Answer(kOldEof).definition()},
    Failing{"statistics", Command::statistics, kOldEof, Answer(kOldEof)},
    Failing{"a_ping", Command::ping, kOldEof, Answer(kOldEof)},
    Failing{"a_change_of_user", Command::change_user, kNewEof, Answer(kNewEof)},
};

INSTANTIATE_TEST_SUITE_P(Places, ErrorIn, testing::ValuesIn(kFailing), RowName());

TEST(Tracker, an_error_ends_the_answer_to_every_command) {
  auto error = Answer(kNewEof).error().bytes();
  for (int code = 0; code <= 0xFF; ++code) {
    auto command = static_cast<Command>(code);
    if (!ResponseTracker::expects_answer(command)) continue;
    ResponseTracker tracker(command, kNewEof);
    Relay relay(tracker);
    relay.feed(error);
    EXPECT_EQ(relay.relayed().taken, error) << code;
    EXPECT_EQ(relay.relayed().forwarded, "") << code;
    EXPECT_TRUE(tracker.finished()) << code;
  }
}

TEST(Tracker, asks_for_the_clients_file_and_goes_on) {
  for (auto command : {Command::query, Command::stmt_execute}) {
    auto answer = Answer(kNewEof).hex("fb 2f782f79").ok(status::autocommit, 3);
    at_every_cut(
        answer.bytes(), [&] { return ResponseTracker(command, kNewEof); },
        [&](const ResponseTracker& tracker, const Relayed& relayed) {
          EXPECT_EQ(relayed.stops, (std::vector{Stop::local_infile, Stop::done}));
          EXPECT_EQ(relayed.forwarded, answer.bytes());
          EXPECT_EQ(tracker.affected_rows(), 3U);
        });
  }
}

TEST(Tracker, a_file_may_be_asked_for_in_a_later_result) {
  auto answer = Answer(kOldEof).columns(1).end(kMore).hex("fb 61").ok(kMore).hex("fb 62").error();
  at_every_cut(
      answer.bytes(), [] { return ResponseTracker(Command::query, kOldEof); },
      [&](const ResponseTracker&, const Relayed& relayed) {
        EXPECT_EQ(relayed.stops,
                  (std::vector{Stop::local_infile, Stop::local_infile, Stop::error_packet, Stop::done}));
      });
}

TEST(Tracker, leaves_a_refused_file_request_to_the_relay) {
  auto request = test::packet(1, test::unhex("fb 2f782f79"));
  auto ok = test::packet(3, test::unhex("00 00 00 0200 0000"));
  at_every_cut(
      request + ok,
      [] {
        ResponseTracker tracker(Command::query, kNewEof);
        tracker.refuse_local_infile();
        return tracker;
      },
      [&](const ResponseTracker& tracker, const Relayed& relayed) {
        EXPECT_EQ(relayed.stops, (std::vector{Stop::infile_refused, Stop::done}));
        EXPECT_EQ(relayed.taken, request);
        EXPECT_EQ(relayed.forwarded, ok);
        EXPECT_TRUE(tracker.finished());
      });
}

struct Dialogue {
  const char* name;
  Answer answer;
  std::vector<Stop> stops;
  friend std::ostream& operator<<(std::ostream& out, const Dialogue& row) { return out << row.name; }
};

class ChangeUser : public testing::TestWithParam<Dialogue> {};

TEST_P(ChangeUser, gives_the_client_its_turns) {
  const auto& script = GetParam();
  at_every_cut(
      script.answer.bytes(), [&] { return ResponseTracker(Command::change_user, kNewEof); },
      [&](const ResponseTracker& tracker, const Relayed& relayed) {
        EXPECT_EQ(relayed.stops, script.stops);
        EXPECT_EQ(relayed.forwarded + relayed.taken, script.answer.bytes());
        EXPECT_TRUE(tracker.finished());
      });
}

// An AuthSwitch to mysql_native_password or caching_sha2_password with a salt.
const std::string kToNative = test::unhex("fe") + "mysql_native_password" + test::unhex("00") +
                              "12345678901234567890" + test::unhex("00");
const std::string kToSha2 = test::unhex("fe") + "caching_sha2_password" + test::unhex("00") +
                            "12345678901234567890" + test::unhex("00");
constexpr Stop kTurn = Stop::client_turn;

const auto kDialogues = std::array{
    Dialogue{"ok_at_once", Answer(kNewEof).ok(), {Stop::done}},
    Dialogue{"switch_and_ok", Answer(kNewEof).raw(kToNative).ok(), {kTurn, Stop::done}},
    Dialogue{
        "switch_and_error", Answer(kNewEof).raw(kToNative).error(), {kTurn, Stop::error_packet, Stop::done}},
    Dialogue{"switch_to_the_oldest_plugin", Answer(kNewEof).hex("fe").ok(), {kTurn, Stop::done}},
    Dialogue{"more_data_twice",
             Answer(kNewEof).raw(kToSha2).hex("01 04").hex("01 2d2d").ok(),
             {kTurn, kTurn, kTurn, Stop::done}},
    // 01 03: the password was in the server's cache. The client says nothing; the OK follows.
    Dialogue{"fast_success", Answer(kNewEof).raw(kToSha2).hex("01 03").ok(), {kTurn, Stop::done}},
};

INSTANTIATE_TEST_SUITE_P(Dialogues, ChangeUser, testing::ValuesIn(kDialogues), RowName());

// Bytes that are no answer: what comes before may be passed on, the rest not.
struct Malformed {
  const char* name;
  Command command;
  Capabilities caps;
  Answer before;
  const char* bad;  // payload in hex
  friend std::ostream& operator<<(std::ostream& out, const Malformed& row) { return out << row.name; }
};

class MalformedAnswer : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedAnswer, stops_before_the_bad_packet_at_every_cut) {
  const auto& script = GetParam();
  auto whole = script.before;
  whole.hex(script.bad);
  at_every_cut(
      whole.bytes(), [&] { return ResponseTracker(script.command, script.caps); },
      [&](const ResponseTracker& tracker, const Relayed& relayed) {
        EXPECT_EQ(relayed.stops, std::vector{Stop::malformed});
        EXPECT_EQ(relayed.forwarded, script.before.bytes());
        EXPECT_FALSE(tracker.finished());
      });
}

const auto kMalformed = std::array{
    Malformed{"an_empty_packet_for_an_answer", Command::query, kNewEof, Answer(kNewEof), ""},
    Malformed{"an_ok_of_one_byte", Command::query, kNewEof, Answer(kNewEof), "00"},
    Malformed{"an_ok_with_a_cut_counter", Command::query, kNewEof, Answer(kNewEof), "00 fc 01"},
    Malformed{"an_ok_with_a_null_counter", Command::query, kNewEof, Answer(kNewEof), "00 fb 00 0200 0000"},
    Malformed{"an_ok_without_its_status", Command::query, kNewEof, Answer(kNewEof), "00 00 00 02"},
    Malformed{"rows_end_without_its_status", Command::query, kNewEof, Answer(kNewEof).columns(1),
              "fe 00 00 02"},
    Malformed{"an_eof_without_its_status", Command::query, kOldEof, Answer(kOldEof).columns(1), "fe 0000 02"},
    Malformed{"a_column_count_that_is_cut", Command::query, kNewEof, Answer(kNewEof), "fc 01"},
    Malformed{"a_column_count_of_zero", Command::query, kNewEof, Answer(kNewEof), "fc 0000"},
    Malformed{"a_column_count_with_more_behind_it", Command::query, kNewEof, Answer(kNewEof), "01 01"},
    Malformed{"text_for_an_answer", Command::query, kNewEof, Answer(kNewEof), "48545450 2f312e31"},
    Malformed{"a_row_in_the_place_of_the_eof", Command::query, kOldEof,
              Answer(kOldEof).hex("01").definition(), "0131"},
    Malformed{"an_empty_packet_in_the_place_of_the_eof", Command::query, kOldEof,
              Answer(kOldEof).hex("01").definition(), ""},
    Malformed{"a_long_eof_behind_definitions", Command::query, kOldEof,
              Answer(kOldEof).hex("01").definition(), "fe 0000000000000000"},
    Malformed{"a_result_for_a_prepare", Command::stmt_prepare, kNewEof, Answer(kNewEof), "01"},
    Malformed{"an_eof_for_a_prepare", Command::stmt_prepare, kNewEof, Answer(kNewEof), "fe 0000 0200"},
    Malformed{"a_prepare_answer_cut_short", Command::stmt_prepare, kNewEof, Answer(kNewEof),
              "00 07000000 0100 0100 00 00"},
    Malformed{"no_eof_behind_parameters", Command::stmt_prepare, kOldEof,
              Answer(kOldEof).prepared(1, 1).definition(), "0364"},
    Malformed{"a_result_for_a_ping", Command::ping, kNewEof, Answer(kNewEof), "01"},
    Malformed{"an_empty_packet_for_a_ping", Command::ping, kNewEof, Answer(kNewEof), ""},
    Malformed{"a_file_request_for_a_ping", Command::ping, kNewEof, Answer(kNewEof), "fb 61"},
    Malformed{"a_result_for_a_change_of_user", Command::change_user, kNewEof, Answer(kNewEof), "05"},
    Malformed{"an_empty_packet_for_a_change_of_user", Command::change_user, kNewEof, Answer(kNewEof), ""},
    Malformed{"a_bad_second_result", Command::query, kNewEof, Answer(kNewEof).ok(kMore), ""},
};

INSTANTIATE_TEST_SUITE_P(Streams, MalformedAnswer, testing::ValuesIn(kMalformed), RowName());

}  // namespace
}  // namespace mogate::protocol
