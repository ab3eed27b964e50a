#include "protocol/frame.h"

#include "unit/protocol/support.h"

namespace mogate::protocol {
namespace {

using test::Exact;
using test::packet;
using test::to_hex;

constexpr std::size_t kMiB16 = std::size_t{1} << 24;

std::string payload_of(std::size_t size) {
  std::string payload(size, '\0');
  for (std::size_t i = 0; i < size; i += 4093) payload[i] = static_cast<char>(i / 4093 % 251 + 1);
  return payload;
}

struct SplitRow {
  const char* name;
  std::size_t size;
  std::vector<std::size_t> frames;
  friend std::ostream& operator<<(std::ostream& out, const SplitRow& row) { return out << row.name; }
};

class Frames : public testing::TestWithParam<SplitRow> {};

TEST_P(Frames, split_and_join_again) {
  auto payload = payload_of(GetParam().size);
  std::string stream;
  std::uint8_t sequence = 254;  // wraps on the third frame
  append_packet(stream, as_bytes(payload), sequence);
  EXPECT_EQ(sequence, static_cast<std::uint8_t>(254 + GetParam().frames.size()));
  std::size_t at = 0;
  std::uint8_t expected_sequence = 254;
  for (auto length : GetParam().frames) {
    auto header = FrameCursor::peek(as_bytes(std::string_view(stream).substr(at)));
    ASSERT_TRUE(header.has_value());
    EXPECT_EQ(header->length, length);
    EXPECT_EQ(header->sequence, expected_sequence++);
    at += kFrameHeader + length;
  }
  EXPECT_EQ(at, stream.size());
  for (std::size_t piece : {std::size_t{64} << 20, std::size_t{32768}, std::size_t{9973}}) {
    PacketAssembler assembler;
    std::size_t fed = 0;
    while (fed < stream.size() && !assembler.complete()) {
      auto part = as_bytes(std::string_view(stream).substr(fed, piece));
      ASSERT_EQ(assembler.feed(part), part.size());
      fed += part.size();
    }
    EXPECT_EQ(fed, stream.size());
    ASSERT_TRUE(assembler.complete());
    EXPECT_TRUE(as_text(assembler.payload()) == payload);
    EXPECT_EQ(assembler.sequence(), static_cast<std::uint8_t>(sequence - 1));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, Frames,
    testing::Values(SplitRow{"empty", 0, {0}}, SplitRow{"one_byte", 1, {1}},
                    SplitRow{"below_16_mib_minus_1", kMiB16 - 2, {kMiB16 - 2}},
                    SplitRow{"at_16_mib_minus_1_an_empty_frame_ends_it", kMiB16 - 1, {kMiB16 - 1, 0}},
                    SplitRow{"at_16_mib", kMiB16, {kMiB16 - 1, 1}},
                    SplitRow{"at_twice_16_mib_minus_1", 2 * (kMiB16 - 1), {kMiB16 - 1, kMiB16 - 1, 0}},
                    SplitRow{
                        "at_40_mib", 40U << 20, {kMiB16 - 1, kMiB16 - 1, (40U << 20) - 2 * (kMiB16 - 1)}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(FrameCursor, a_header_is_given_with_its_first_payload_byte) {
  auto stream = packet(7, "abc");
  for (std::size_t n = 0; n <= stream.size(); ++n) {
    Exact input(std::string_view(stream).substr(0, n));
    auto header = FrameCursor::peek(input);
    EXPECT_EQ(header.has_value(), n > kFrameHeader) << n;
    if (!header) continue;
    EXPECT_EQ(header->length, 3U);
    EXPECT_EQ(header->sequence, 7U);
  }
}

TEST(FrameCursor, an_empty_frame_is_given_with_its_header_alone) {
  auto stream = packet(0, "");
  Exact input(stream);
  auto header = FrameCursor::peek(input);
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->length, 0U);
  Exact shorter(std::string_view(stream).substr(0, 3));
  EXPECT_FALSE(FrameCursor::peek(shorter).has_value());
}

TEST(FrameCursor, a_border_is_only_behind_a_frame_that_is_not_full) {
  FrameCursor cursor;
  EXPECT_TRUE(cursor.at_border());
  cursor.enter({static_cast<std::uint32_t>(kMaxFramePayload), 0});
  EXPECT_TRUE(cursor.continued());
  EXPECT_EQ(cursor.skip(kMaxFramePayload - 1), kMaxFramePayload - 1);
  EXPECT_EQ(cursor.left_in_frame(), 1U);
  EXPECT_EQ(cursor.skip(100), 1U);
  EXPECT_FALSE(cursor.at_border());
  cursor.enter({0, 1});
  EXPECT_TRUE(cursor.at_border());
  cursor.enter({2, 2});
  EXPECT_FALSE(cursor.at_border());
  EXPECT_EQ(cursor.skip(0), 0U);
  EXPECT_EQ(cursor.skip(5), 2U);
  EXPECT_TRUE(cursor.at_border());
}

TEST(FrameCursor, gives_the_same_frames_at_every_cut) {
  std::string stream = packet(0, "abc") + packet(1, "") + packet(2, "d") + packet(3, std::string(300, 'e'));
  std::vector<std::uint32_t> whole{3, 0, 1, 300};
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    std::vector<std::uint32_t> seen;
    FrameCursor cursor;
    std::string held;
    for (auto part : {stream.substr(0, cut), stream.substr(cut)}) {
      held += part;
      Exact input(held);
      Bytes rest = input;
      while (true) {
        rest = rest.subspan(cursor.skip(rest.size()));
        if (cursor.left_in_frame() != 0) break;
        auto header = FrameCursor::peek(rest);
        if (!header) break;
        seen.push_back(header->length);
        cursor.enter(*header);
        rest = rest.subspan(kFrameHeader);
      }
      held = std::string(as_text(rest));
    }
    EXPECT_EQ(seen, whole) << cut;
    EXPECT_TRUE(cursor.at_border());
  }
}

TEST(PacketAssembler, joins_a_packet_cut_anywhere_and_leaves_the_next_one) {
  std::string stream = packet(3, "hello") + packet(4, "next");
  std::size_t first = kFrameHeader + 5;
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    PacketAssembler assembler;
    Exact head(std::string_view(stream).substr(0, cut));
    auto used = assembler.feed(head);
    EXPECT_EQ(used, std::min(cut, first)) << cut;
    Exact tail(std::string_view(stream).substr(used));
    used += assembler.feed(tail);
    EXPECT_EQ(used, first) << cut;
    ASSERT_TRUE(assembler.complete());
    EXPECT_EQ(as_text(assembler.payload()), "hello");
    EXPECT_EQ(assembler.sequence(), 3U);
  }
}

TEST(PacketAssembler, takes_nothing_once_complete_until_reset) {
  auto one = packet(0, "a");
  PacketAssembler assembler;
  EXPECT_EQ(assembler.feed(as_bytes(one)), one.size());
  EXPECT_EQ(assembler.feed(as_bytes(one)), 0U);
  assembler.reset();
  EXPECT_FALSE(assembler.complete());
  EXPECT_TRUE(assembler.payload().empty());
  EXPECT_EQ(assembler.feed(as_bytes(one)), one.size());
  EXPECT_TRUE(assembler.complete());
}

TEST(PacketAssembler, an_empty_packet_is_complete) {
  auto empty = packet(9, "");
  PacketAssembler assembler;
  EXPECT_EQ(assembler.feed(as_bytes(empty)), empty.size());
  EXPECT_TRUE(assembler.complete());
  EXPECT_EQ(assembler.payload().size(), 0U);
  EXPECT_EQ(assembler.sequence(), 9U);
}

TEST(PacketAssembler, refuses_a_packet_over_its_limit_at_the_header) {
  PacketAssembler assembler(4);
  EXPECT_LE(assembler.feed(as_bytes(packet(0, "12345"))), kFrameHeader);
  EXPECT_TRUE(assembler.too_large());
  EXPECT_FALSE(assembler.complete());
  EXPECT_EQ(assembler.feed(as_bytes(packet(0, "1"))), 0U);
  assembler.reset();
  assembler.feed(as_bytes(packet(0, "1234")));
  EXPECT_TRUE(assembler.complete());
}

TEST(PacketAssembler, its_limit_counts_all_frames_of_a_packet) {
  std::string stream;
  std::uint8_t sequence = 0;
  append_packet(stream, as_bytes(payload_of(kMiB16 + 10)), sequence);
  PacketAssembler assembler(kMiB16);
  assembler.feed(as_bytes(stream));
  EXPECT_TRUE(assembler.too_large());
}

}  // namespace
}  // namespace mogate::protocol
