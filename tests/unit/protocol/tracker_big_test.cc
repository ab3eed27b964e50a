// ResponseTracker on packets of several frames: only the first frame's first byte has a meaning.
#include "unit/protocol/answers.h"

namespace mogate::protocol {
namespace {

using test::Answer;
using test::kNewEof;
using test::kOldEof;
using test::RowName;
using Stop = ResponseTracker::Stop;

constexpr std::size_t kPiece = 64 << 10;

// Shows the stream in pieces without holding more than one, as the relay's buffer does.
struct Followed {
  std::size_t bytes = 0;
  Stop stop = Stop::need_more;
};

Followed follow(ResponseTracker& tracker, std::string& stream, std::size_t piece) {
  Followed seen;
  std::size_t shown = 0;
  auto* data = reinterpret_cast<std::uint8_t*>(stream.data());
  while (seen.stop == Stop::need_more && shown < stream.size()) {
    shown = std::min(shown + piece, stream.size());
    auto progress = tracker.consume({data + seen.bytes, shown - seen.bytes});
    seen.bytes += progress.bytes;
    seen.stop = progress.stop;
    EXPECT_LE(shown - seen.bytes, 64U) << "held back more than a packet's first bytes";
  }
  return seen;
}

struct BigRow {
  std::string name;
  std::size_t payload;
  char first;  // of the payload
  friend std::ostream& operator<<(std::ostream& out, const BigRow& row) { return out << row.name; }
};

class BigRows : public testing::TestWithParam<BigRow> {};

TEST_P(BigRows, are_followed_in_pieces) {
  // Continued frames begin with what would be an end or an error at a packet's head.
  std::string payload(GetParam().payload, '\xFF');
  payload.front() = GetParam().first;
  for (auto caps : {kOldEof, kNewEof}) {
    auto answer = Answer(caps).columns(1).raw(payload).row({"1"}).raw(payload).end();
    for (bool renumbered : {false, true}) {
      std::string stream = answer.bytes() + "next";
      ResponseTracker tracker(Command::query, caps);
      if (renumbered) tracker.renumber(7, true);
      auto seen = follow(tracker, stream, kPiece - 1);
      EXPECT_EQ(seen.stop, Stop::done);
      EXPECT_EQ(seen.bytes, answer.bytes().size());
      EXPECT_EQ(tracker.last_sequence(),
                static_cast<std::uint8_t>(answer.last_sequence() + (renumbered ? 7 : 0)));
      auto end = std::string_view(stream).substr(0, seen.bytes);
      auto status_at = end.size() - (caps == kOldEof ? 2 : 4);
      EXPECT_EQ(static_cast<std::uint8_t>(end[status_at]), renumbered ? 10 : 2);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, BigRows,
    testing::Values(BigRow{"one_below_a_full_frame", kMaxFramePayload - 1, '\xFD'},
                    BigRow{"a_full_frame_and_an_empty_one", kMaxFramePayload, '\xFD'},
                    BigRow{"16_mib", kMaxFramePayload + 1, '\xFD'},
                    // A first cell of 16 MiB and more has a length that begins with 0xFE.
                    BigRow{"a_cell_of_17_mib", 17 << 20, '\xFE'},
                    BigRow{"a_binary_row_of_40_mib", 40 << 20, '\0'}),
    RowName());

TEST(BigPackets, a_full_frame_is_continued_by_an_empty_one_at_every_cut_around_it) {
  std::string payload(kMaxFramePayload, '\xFE');
  auto answer = Answer(kNewEof).columns(1).raw(payload).end();
  auto border = Answer(kNewEof).columns(1).bytes().size() + kFrameHeader + kMaxFramePayload;
  for (auto cut = border - 3; cut < answer.bytes().size(); ++cut) {
    auto stream = answer.bytes();
    auto* data = reinterpret_cast<std::uint8_t*>(stream.data());
    ResponseTracker tracker(Command::query, kNewEof);
    auto head = tracker.consume({data, cut});
    EXPECT_EQ(head.stop, Stop::need_more) << cut - border;
    auto tail = tracker.consume({data + head.bytes, stream.size() - head.bytes});
    EXPECT_EQ(tail.stop, Stop::done) << cut - border;
    EXPECT_EQ(head.bytes + tail.bytes, stream.size());
  }
}

TEST(BigPackets, sequence_numbers_wrap_in_a_long_result) {
  for (bool renumbered : {false, true}) {
    Answer answer(kNewEof);
    answer.columns(1);
    for (int i = 0; i < 600; ++i) answer.row({"1"});
    answer.end();
    auto stream = answer.bytes();
    ResponseTracker tracker(Command::query, kNewEof);
    if (renumbered) tracker.renumber(9, false);
    auto seen = follow(tracker, stream, 11);
    EXPECT_EQ(seen.stop, Stop::done);
    EXPECT_EQ(seen.bytes, stream.size());
    EXPECT_EQ(tracker.last_sequence(),
              static_cast<std::uint8_t>(answer.last_sequence() + (renumbered ? 9 : 0)));
  }
}

TEST(BigPackets, a_definition_of_several_frames_counts_once) {
  std::string definition(kMaxFramePayload + 5, '\xFE');
  auto answer = Answer(kOldEof).hex("02").raw(definition).definition().eof().row({"1"}).end();
  auto stream = answer.bytes();
  ResponseTracker tracker(Command::query, kOldEof);
  auto seen = follow(tracker, stream, kPiece);
  EXPECT_EQ(seen.stop, Stop::done);
  EXPECT_EQ(seen.bytes, stream.size());
}

}  // namespace
}  // namespace mogate::protocol
