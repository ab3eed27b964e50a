#include "protocol/row_stream.h"

#include "protocol/messages.h"

namespace mogate::protocol {
namespace {

constexpr Capabilities kEof = cap::protocol_41;
constexpr Capabilities kDeprecated = cap::protocol_41 | cap::deprecate_eof;

std::string row(std::size_t length, std::uint8_t first = 0x00) {
  std::string payload(length, 'r');
  if (length != 0) payload[0] = static_cast<char>(first);
  return payload;
}

std::string packets(const std::vector<std::string>& payloads, std::uint8_t sequence = 7) {
  std::string out;
  for (const auto& payload : payloads) append_packet(out, as_bytes(payload), sequence);
  return out;
}

std::string end_packet(Capabilities caps) {
  std::string payload;
  write_result_end(payload, {0, status::autocommit}, caps);
  return payload;
}

struct Walked {
  std::string bytes;
  std::string rest;
  RowStream::Stop stop = RowStream::Stop::need_more;
  std::uint8_t next_sequence = 0;
};

// Feeds `stream` in pieces of `piece` bytes, as reads of a socket would.
Walked walk(RowStream& rows, std::string stream, std::size_t piece) {
  Walked out;
  std::string pending;
  for (std::size_t at = 0; at < stream.size() && out.stop == RowStream::Stop::need_more; at += piece) {
    pending += stream.substr(at, piece);
    auto progress = rows.consume({reinterpret_cast<std::uint8_t*>(pending.data()), pending.size()});
    out.bytes += pending.substr(0, progress.bytes);
    pending.erase(0, progress.bytes);
    out.stop = progress.stop;
    out.rest = pending + stream.substr(std::min(stream.size(), at + piece));
  }
  out.next_sequence = rows.next_sequence();
  return out;
}

TEST(RowStream, hands_a_result_out_in_parts_whatever_way_it_is_cut) {
  const std::vector<std::string> rows = {row(3), row(1), row(300), row(2), row(9)};
  for (auto caps : {kEof, kDeprecated}) {
    auto stream = packets(rows) + packets({end_packet(caps)}, 12);
    for (std::size_t piece = 1; piece <= stream.size(); piece = piece < 20 ? piece + 1 : piece * 2) {
      SCOPED_TRACE(piece);
      RowStream reader(caps);
      reader.begin(1, 2);
      auto first = walk(reader, stream, piece);
      EXPECT_EQ(first.stop, RowStream::Stop::limit);
      EXPECT_EQ(first.bytes, packets({rows[0], rows[1]}, 1));
      EXPECT_EQ(first.next_sequence, 3);
      reader.begin(1, 10);
      auto second = walk(reader, first.rest, piece);
      EXPECT_EQ(second.stop, RowStream::Stop::end);
      EXPECT_EQ(second.bytes, packets({rows[2], rows[3], rows[4]}, 1));
      EXPECT_EQ(second.rest.substr(0, 3), packets({end_packet(caps)}).substr(0, 3));
    }
  }
}

TEST(RowStream, as_many_rows_as_there_are_end_at_the_limit_and_the_end_comes_with_the_next_part) {
  RowStream reader(kEof);
  reader.begin(1, 1);
  auto first = walk(reader, packets({row(4), end_packet(kEof)}), 1000);
  EXPECT_EQ(first.stop, RowStream::Stop::limit);
  reader.begin(1, 1);
  auto second = walk(reader, first.rest, 1000);
  EXPECT_EQ(second.stop, RowStream::Stop::end);
  EXPECT_EQ(second.bytes, "");
}

TEST(RowStream, an_error_among_the_rows_is_left_to_the_reader) {
  RowStream reader(kDeprecated);
  reader.begin(1, 10);
  auto walked = walk(reader, packets({row(4), std::string("\xFF\x15\x04oops", 7)}), 1000);
  EXPECT_EQ(walked.stop, RowStream::Stop::error);
  EXPECT_EQ(walked.bytes, packets({row(4)}, 1));
}

TEST(RowStream, a_row_of_several_frames_is_one_row_and_sequence_numbers_wrap) {
  for (std::size_t length : {std::size_t{kMaxFramePayload} - 1, std::size_t{kMaxFramePayload},
                             std::size_t{kMaxFramePayload} + 5}) {
    RowStream reader(kEof);
    reader.begin(255, 1);
    auto stream = packets({row(length), row(3)});
    auto walked = walk(reader, stream, 1U << 20);
    EXPECT_EQ(walked.stop, RowStream::Stop::limit);
    EXPECT_TRUE(walked.bytes == packets({row(length)}, 255)) << length;
  }
}

// A row whose first byte is 0xFE is told from the end by its length.
TEST(RowStream, a_long_row_that_begins_like_an_end_is_a_row) {
  for (auto caps : {kEof, kDeprecated}) {
    RowStream reader(caps);
    reader.begin(1, 5);
    std::size_t length = caps == kEof ? 9 : kMaxFramePayload;
    auto walked = walk(reader, packets({row(length, 0xFE), end_packet(caps)}), 1U << 20);
    EXPECT_EQ(walked.stop, RowStream::Stop::end);
    EXPECT_TRUE(walked.bytes == packets({row(length, 0xFE)}, 1));
  }
}

}  // namespace
}  // namespace mogate::protocol
