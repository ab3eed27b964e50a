// ResponseTracker::renumber: an answer that becomes one of several.
#include "unit/protocol/answers.h"

namespace mogate::protocol {
namespace {

using test::Answer;
using test::at_every_cut;
using test::kNewEof;
using test::kOldEof;
using test::Relayed;
using test::RowName;
using Stop = ResponseTracker::Stop;

constexpr std::uint16_t kIdle = status::autocommit;
constexpr std::uint16_t kMore = status::autocommit | status::more_results;

// The frames' sequence numbers moved by `delta`.
std::string moved(std::string bytes, std::uint8_t delta) {
  for (std::size_t at = 0; at + kFrameHeader <= bytes.size();) {
    auto header = FrameCursor::peek(as_bytes(std::string_view(bytes).substr(at)));
    bytes[at + 3] = static_cast<char>(header->sequence + delta);
    at += kFrameHeader + header->length;
  }
  return bytes;
}

struct Rewritten {
  std::string name;
  Command command;
  Capabilities caps;
  Answer sent;
  Answer seen;  // with MORE_RESULTS in the last packet
  friend std::ostream& operator<<(std::ostream& out, const Rewritten& row) { return out << row.name; }
};

class Renumbered : public testing::TestWithParam<Rewritten> {};

TEST_P(Renumbered, moves_every_sequence_number_at_every_cut) {
  const auto& script = GetParam();
  for (std::uint8_t delta : {std::uint8_t{1}, std::uint8_t{200}, std::uint8_t{254}}) {
    at_every_cut(
        script.sent.bytes(),
        [&] {
          ResponseTracker tracker(script.command, script.caps);
          tracker.renumber(delta, false);
          return tracker;
        },
        [&](const ResponseTracker& tracker, const Relayed& relayed) {
          EXPECT_EQ(relayed.stops, std::vector{Stop::done});
          EXPECT_EQ(relayed.forwarded, moved(script.sent.bytes(), delta));
          EXPECT_EQ(tracker.last_sequence(), static_cast<std::uint8_t>(script.sent.last_sequence() + delta));
        });
  }
}

TEST_P(Renumbered, says_in_its_last_packet_that_more_follows) {
  const auto& script = GetParam();
  for (std::uint8_t delta : {std::uint8_t{0}, std::uint8_t{3}}) {
    at_every_cut(
        script.sent.bytes(),
        [&] {
          ResponseTracker tracker(script.command, script.caps);
          tracker.renumber(delta, true);
          return tracker;
        },
        [&](const ResponseTracker& tracker, const Relayed& relayed) {
          EXPECT_EQ(relayed.stops, std::vector{Stop::done});
          EXPECT_EQ(relayed.forwarded, moved(script.seen.bytes(), delta));
          EXPECT_EQ(tracker.status() & status::more_results, 0) << "the backend's own status is kept";
        });
  }
}

std::vector<Rewritten> rewritten() {
  std::vector<Rewritten> all;
  for (auto caps : {kOldEof, kNewEof}) {
    std::string suffix = caps == kOldEof ? "_old_eof" : "_deprecate_eof";
    auto start = [&] { return Answer(caps); };
    auto add = [&](std::string name, Command command, Answer sent, Answer seen) {
      all.push_back({name + suffix, command, caps, std::move(sent), std::move(seen)});
    };
    auto rows = [&] { return start().columns(2).row({"1", "a"}).row({"2", std::nullopt}).row({"3", ""}); };
    add("ok", Command::query, start().ok(kIdle, 70000), start().ok(kMore, 70000));
    add("rows", Command::query, rows().end(kIdle), rows().end(kMore));
    add("binary_rows", Command::stmt_execute, start().columns(1).binary_row("a").end(kIdle),
        start().columns(1).binary_row("a").end(kMore));
    add("two_results", Command::query, rows().end(kMore).ok(kIdle, 1), rows().end(kMore).ok(kMore, 1));
    add("ping", Command::ping, start().ok(), start().ok(kMore));
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Answers, Renumbered, testing::ValuesIn(rewritten()), RowName());

TEST(Renumber, gives_the_sequence_that_a_taken_packet_would_have) {
  ResponseTracker tracker(Command::query, kNewEof);
  tracker.renumber(250, true);
  EXPECT_EQ(tracker.shifted(1), 251);
  EXPECT_EQ(tracker.shifted(10), 4);
  test::Relay relay(tracker);
  auto error = Answer(kNewEof).error().bytes();
  relay.feed(error);
  EXPECT_EQ(relay.relayed().taken, error) << "an error is left as it came";
}

TEST(Renumber, begins_with_the_next_packet) {
  auto first = Answer(kNewEof).columns(1).row({"1"});
  auto rest = Answer(first).row({"2"}).end().bytes().substr(first.bytes().size());
  ResponseTracker tracker(Command::query, kNewEof);
  test::Relay relay(tracker);
  relay.feed(first.bytes());
  tracker.renumber(5, false);
  relay.feed(rest);
  EXPECT_EQ(relay.relayed().forwarded, first.bytes() + moved(rest, 5));
}

}  // namespace
}  // namespace mogate::protocol
