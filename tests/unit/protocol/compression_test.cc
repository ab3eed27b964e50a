#include "protocol/compression.h"

#include "protocol/frame.h"
#include "unit/protocol/decompress.h"
#include "unit/protocol/support.h"

#include <array>
#include <random>

namespace mogate::protocol {
namespace {

using test::decompress;
using test::Decompressed;
using test::packet;
using test::RowName;
using test::to_hex;
using test::unhex;
using Stop = Decompressor::Stop;

// Not to be compressed.
std::string random_bytes(std::size_t size) {
  std::mt19937_64 random(7);
  std::string bytes;
  while (bytes.size() < size) ByteWriter(bytes).u64(random());
  bytes.resize(size);
  return bytes;
}

std::string compressed_packet(std::uint8_t sequence, std::string_view body, std::size_t plain_length) {
  std::string out;
  ByteWriter(out).u24(static_cast<std::uint32_t>(body.size())).u8(sequence);
  ByteWriter(out).u24(static_cast<std::uint32_t>(plain_length)).text(body);
  return out;
}

// One stream of either algorithm, of any length.
std::string stream_of(Compression compression, std::string_view plain) {
  std::string body(plain.size() + plain.size() / 8 + 1024, '\0');
  auto room = std::span(reinterpret_cast<std::uint8_t*>(body.data()), body.size());
  body.resize(make_encoder(compression, 3)->encode(as_bytes(plain), room).value());
  return body;
}

std::string compress(Compression compression, std::string_view plain, std::uint8_t sequence = 0) {
  std::string out;
  auto encoder = make_encoder(compression, 3);
  Compressor(*encoder).append(out, as_bytes(plain), sequence);
  return out;
}

// The examples of the MySQL source documentation, "Compressed Packet".
struct Documented {
  const char* name;
  std::uint8_t sequence;
  std::string plain;
  std::string bytes;
  friend std::ostream& operator<<(std::ostream& out, const Documented& row) { return out << row.name; }
};

class DocumentedBytes : public testing::TestWithParam<Documented> {};

TEST_P(DocumentedBytes, are_read_and_written) {
  const auto& row = GetParam();
  EXPECT_EQ(to_hex(compress(Compression::zlib, row.plain, row.sequence)), to_hex(row.bytes));
  Decompressor decompressor(Compression::zlib);
  auto seen = decompress(decompressor, row.bytes, {}, 1000, row.sequence);
  EXPECT_EQ(to_hex(seen.plain), to_hex(row.plain));
  EXPECT_EQ(seen.stop, Stop::packet_end);
  EXPECT_EQ(seen.sequence, row.sequence + 1);
}

INSTANTIATE_TEST_SUITE_P(
    Examples, DocumentedBytes,
    testing::Values(
        Documented{"one_packet", 0, packet(0, "\3select \"012345678901234567890123456789012345\""),
                   unhex("22000000320000 789cd3636060602e4ecd494d2e51503230343236313533b7b0c4cd52"
                         "02000cd10a6c")},
        Documented{"several_packets", 1,
                   unhex("01000001 01 25000002 036465660000000f726570656174282261222c20353029000c080032000000"
                         "fd01001f0000 05000003 fe00000200 33000004 32") +
                       std::string(50, 'a') + unhex("05000005 fe00000200"),
                   unhex("4a000001770000 789c636460606454656060624e494d636060e02f4a2d484d2cd1504a54"
                         "d2513035d064e0e16030028aff656490676060656060fe0754cc60ccc0c0629448320"
                         "0ea6705eb07008df91c64")},
        Documented{"too_short_to_be_compressed", 0, packet(0, "\3SELECT 1"),
                   unhex("0d000000000000 09000000 0353454c4543542031")}),
    RowName());

struct Contents {
  const char* name;
  std::vector<std::size_t> frames;  // their payloads' lengths
  std::size_t packets;
  bool random = false;
  friend std::ostream& operator<<(std::ostream& out, const Contents& row) { return out << row.name; }

  std::string plain() const {
    std::string bytes;
    std::uint8_t sequence = 0;
    for (auto size : frames)
      bytes += packet(sequence++, random ? random_bytes(size) : std::string(size, 'x'));
    return bytes;
  }
};

class Compressed : public testing::TestWithParam<std::tuple<Compression, Contents>> {};

// All places in short streams; in long ones those near the ends and some others.
std::vector<std::size_t> cuts(std::size_t size) {
  std::vector<std::size_t> places;
  auto next = [size](std::size_t at) { return at < 12 || at + 12 > size || size < 2000 ? 1 : size / 13; };
  for (std::size_t at = 0; at <= size; at += next(at)) places.push_back(at);
  return places;
}

TEST_P(Compressed, is_read_back_at_every_cut_and_in_any_room) {
  const auto& [compression, row] = GetParam();
  auto plain = row.plain();
  auto stream = compress(compression, plain, 250);
  EXPECT_LE(stream.size(), plain.size() + row.packets * kCompressedHeader);
  Decompressor decompressor(compression);
  auto check = [&, packets = row.packets](const Decompressed& seen) {
    ASSERT_TRUE(seen.plain == plain);
    ASSERT_EQ(seen.packets, packets);
    ASSERT_EQ(seen.consumed, stream.size());
    ASSERT_EQ(seen.sequence, static_cast<std::uint8_t>(250 + packets));
    ASSERT_TRUE(seen.at_border);
  };
  for (auto cut : cuts(stream.size())) {
    SCOPED_TRACE("cut at " + std::to_string(cut));
    ASSERT_NO_FATAL_FAILURE(check(decompress(decompressor, stream, {cut}, 1U << 16, 250)));
  }
  for (std::size_t room : {1U, 7U, 49U, 4096U, 1U << 20}) {
    if (room < plain.size() / 5000) continue;  // each step copies what is left of the stream
    SCOPED_TRACE("room of " + std::to_string(room));
    ASSERT_NO_FATAL_FAILURE(check(decompress(decompressor, stream, {}, room, 250)));
  }
}

// The lengths of the plain bytes in each compressed packet.
std::vector<std::size_t> pieces_of(std::string_view stream) {
  std::vector<std::size_t> lengths;
  while (!stream.empty()) {
    ByteReader r(as_bytes(stream));
    auto packed = r.u24();
    r.skip(1);
    auto plain = r.u24();
    lengths.push_back(plain != 0 ? plain : packed);
    stream.remove_prefix(std::min<std::size_t>(stream.size(), kCompressedHeader + packed));
  }
  return lengths;
}

// Clients rely on it: see Compressor.
TEST_P(Compressed, no_frame_that_can_be_held_is_divided_however_it_comes) {
  const auto& [compression, row] = GetParam();
  auto plain = row.plain();
  auto encoder = make_encoder(compression, 1);
  for (auto cut : cuts(plain.size())) {
    Compressor compressor(*encoder);
    std::string stream;
    std::uint8_t sequence = 0;
    compressor.append(stream, as_bytes(plain).first(cut), sequence);
    compressor.append(stream, as_bytes(plain).subspan(cut), sequence);
    Decompressor decompressor(compression);
    ASSERT_TRUE(decompress(decompressor, stream, {}, 1U << 16).plain == plain) << cut;
    std::vector<std::size_t> borders{0};
    for (auto size : row.frames) borders.push_back(borders.back() + kFrameHeader + size);
    std::size_t end = 0;
    for (auto length : pieces_of(stream)) {
      end += length;
      ASSERT_TRUE(std::find(borders.begin(), borders.end(), end) != borders.end()) << cut << ' ' << end;
    }
  }
}

constexpr std::size_t kMaxHeld = kMaxPiece - kFrameHeader;
const auto kContents = std::array{
    Contents{"nothing", {}, 0},
    Contents{"an_empty_frame", {0}, 1},
    Contents{"one_byte", {1}, 1},
    Contents{"one_byte_below_the_threshold", {45}, 1},
    Contents{"at_the_threshold", {46}, 1},
    Contents{"what_does_not_become_shorter", {500}, 1, true},
    Contents{"frames_of_all_sizes", {0, 1, 45, 46, 300, 0, 5000}, 1},
    Contents{"a_whole_piece", {kMaxHeld}, 1},
    Contents{"more_than_a_piece", {kMaxHeld - 100, 50, 200, 1}, 2},
    Contents{"a_frame_too_long_to_be_held", {kMaxHeld + 1}, 1, true},
    Contents{"long_and_short_ones", {10, 3 * kMaxPiece, 20, 30, kMaxPiece, 5}, 5},
};

auto algorithm_and_row = [](const auto& info) {
  const auto& [compression, row] = info.param;
  return std::string(compression == Compression::zlib ? "zlib_" : "zstd_") + row.name;
};
INSTANTIATE_TEST_SUITE_P(Contents, Compressed,
                         testing::Combine(testing::Values(Compression::zlib, Compression::zstd),
                                          testing::ValuesIn(kContents)),
                         algorithm_and_row);

class BothAlgorithms : public testing::TestWithParam<Compression> {};

TEST_P(BothAlgorithms, text_becomes_much_shorter) {
  EXPECT_LT(compress(GetParam(), packet(0, std::string(kMaxHeld, 'x'))).size(), kMaxPiece / 100);
}

// Clients may divide and join packets as they like.
TEST_P(BothAlgorithms, packets_are_read_however_they_are_divided) {
  auto whole = packet(0, "\3" + std::string(300, 'a')) + packet(0, "\3" + std::string(400, 'b'));
  std::string stream;
  std::uint8_t sequence = 0;
  for (auto [from, to] : {std::pair(0U, 2U), {2, 4}, {4, 200}, {200, 600}, {600, 710}}) {
    auto piece = whole.substr(from, to - from);
    bool is_short = piece.size() < kMinCompressed;
    stream += compressed_packet(sequence++, is_short ? piece : stream_of(GetParam(), piece),
                                is_short ? 0 : piece.size());
  }
  Decompressor decompressor(GetParam());
  auto seen = decompress(decompressor, stream, {}, 100);
  EXPECT_EQ(seen.plain, whole);
  EXPECT_EQ(seen.packets, 5U);
}

TEST_P(BothAlgorithms, a_packet_over_16_mib_passes) {
  std::string plain;
  std::uint8_t sequence = 0;
  append_packet(plain, as_bytes("\3" + std::string(17U << 20, 'q')), sequence);
  ASSERT_EQ(sequence, 2);
  auto stream = compress(GetParam(), plain + packet(2, "after it"));
  // The first frame has four bytes more than a compressed packet can.
  EXPECT_EQ(pieces_of(stream), (std::vector<std::size_t>{kMaxCompressedBody, 4, (1U << 20) + 6, 12}));
  Decompressor decompressor(GetParam());
  auto seen = decompress(decompressor, stream, {100000, 200001}, 1U << 20);
  EXPECT_TRUE(seen.plain == plain + packet(2, "after it"));
}

// Clients fill compressed packets up to what three bytes can say.
TEST_P(BothAlgorithms, the_longest_compressed_packet_passes_in_little_room) {
  std::string plain = std::string(kMaxFramePayload - 70000, 'q') + random_bytes(70000);
  auto stream = compressed_packet(0, stream_of(GetParam(), plain), plain.size());
  Decompressor decompressor(GetParam());
  auto seen = decompress(decompressor, stream, {5, 30000}, 4096);
  EXPECT_TRUE(seen.plain == plain);
  EXPECT_EQ(seen.packets, 1U);
}

TEST_P(BothAlgorithms, the_longest_uncompressed_packet_passes) {
  std::string plain, block = random_bytes(1U << 20);
  while (plain.size() < kMaxFramePayload) plain += block;
  plain.resize(kMaxFramePayload);
  auto stream = compressed_packet(9, plain, 0);
  Decompressor decompressor(GetParam());
  auto seen = decompress(decompressor, stream, {8}, 1U << 20, 9);
  EXPECT_TRUE(seen.plain == plain);
}

TEST_P(BothAlgorithms, uncompressed_and_empty_packets_stand_between_compressed_ones) {
  std::string text(100, 't');
  auto body = stream_of(GetParam(), text);
  auto stream = compressed_packet(0, body, 100) + compressed_packet(1, "plain", 0) +
                compressed_packet(2, "", 0) + compressed_packet(3, body, 100);
  Decompressor decompressor(GetParam());
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    auto seen = decompress(decompressor, stream, {cut}, 64);
    ASSERT_EQ(seen.plain, text + "plain" + text) << cut;
    ASSERT_EQ(seen.packets, 4U) << cut;
  }
}

TEST_P(BothAlgorithms, nothing_is_taken_of_the_next_packet_before_the_caller_knows_of_this_ones_end) {
  std::string text(100, 't');
  auto one = compressed_packet(0, stream_of(GetParam(), text), 100);
  auto stream = one + one;  // two commands: both begin with 0
  Decompressor decompressor(GetParam());
  std::array<std::uint8_t, 500> room{};
  std::uint8_t sequence = 0;
  auto first = decompressor.feed(as_bytes(stream), room, sequence);
  EXPECT_EQ(first.stop, Stop::packet_end);
  EXPECT_EQ(first.consumed, one.size());
  EXPECT_EQ(first.produced, 100U);
  sequence = 0;
  auto second = decompressor.feed(as_bytes(one), room, sequence);
  EXPECT_EQ(second.stop, Stop::packet_end);
  EXPECT_EQ(sequence, 1);
}

struct Wrong {
  const char* name;
  Stop stop;
  std::string (*stream)(Compression);
  friend std::ostream& operator<<(std::ostream& out, const Wrong& row) { return out << row.name; }
};

const std::string kText(100, 't');

std::string with_bit_flipped(std::string stream, std::size_t at) {
  stream[at] = static_cast<char>(stream[at] ^ 0x10);
  return stream;
}

const auto kWrong = std::array{
    Wrong{"a_sequence_gap", Stop::out_of_order,
          [](Compression c) { return compressed_packet(2, stream_of(c, kText), 100); }},
    Wrong{"a_repeated_sequence_number", Stop::out_of_order,
          [](Compression c) {
            return compressed_packet(0, "a", 0) + compressed_packet(0, stream_of(c, kText), 100);
          }},
    Wrong{"an_uncompressed_packet_out_of_order", Stop::out_of_order,
          [](Compression) { return compressed_packet(0, "a", 0) + compressed_packet(255, "a", 0); }},
    Wrong{"one_byte_more_than_announced", Stop::wrong_length,
          [](Compression c) { return compressed_packet(0, stream_of(c, kText), 99); }},
    Wrong{"one_byte_less_than_announced", Stop::wrong_length,
          [](Compression c) { return compressed_packet(0, stream_of(c, kText), 101); }},
    Wrong{"a_bomb", Stop::wrong_length,
          [](Compression c) { return compressed_packet(0, stream_of(c, std::string(8U << 20, '\0')), 50); }},
    Wrong{"no_stream_at_all", Stop::wrong_length, [](Compression) { return compressed_packet(0, "", 100); }},
    Wrong{"a_stream_cut_short", Stop::wrong_length,
          [](Compression c) {
            auto body = stream_of(c, random_bytes(400));
            return compressed_packet(0, body.substr(0, body.size() - 9), 400);
          }},
    Wrong{"bytes_behind_the_stream", Stop::wrong_length,
          [](Compression c) { return compressed_packet(0, stream_of(c, kText) + "x", 100); }},
    Wrong{"two_streams", Stop::wrong_length,
          [](Compression c) { return compressed_packet(0, stream_of(c, kText) + stream_of(c, kText), 200); }},
    Wrong{"plain_bytes_said_to_be_compressed", Stop::corrupt,
          [](Compression) { return compressed_packet(0, kText, 100); }},
    Wrong{"a_damaged_stream", Stop::corrupt,
          [](Compression c) {
            return with_bit_flipped(compressed_packet(0, stream_of(c, kText), 100), kCompressedHeader);
          }},
    Wrong{"the_other_algorithm", Stop::corrupt, [](Compression c) {
            auto other = c == Compression::zlib ? Compression::zstd : Compression::zlib;
            return compressed_packet(0, stream_of(other, kText), 100);
          }}};

class Broken : public testing::TestWithParam<std::tuple<Compression, Wrong>> {};

TEST_P(Broken, is_refused_at_every_cut) {
  const auto& [compression, row] = GetParam();
  auto stream = row.stream(compression);
  for (std::size_t room : {1U, 64U, 1000U}) {
    for (std::size_t cut = 0; cut <= stream.size(); cut += cut < 200 ? 1 : 501) {
      Decompressor decompressor(compression);
      auto seen = decompress(decompressor, stream, {cut}, room);
      ASSERT_EQ(seen.stop, row.stop) << "cut at " << cut << " room of " << room;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Streams, Broken,
                         testing::Combine(testing::Values(Compression::zlib, Compression::zstd),
                                          testing::ValuesIn(kWrong)),
                         algorithm_and_row);

TEST_P(BothAlgorithms, a_bomb_gives_no_more_than_its_header_said) {
  auto stream = compressed_packet(0, stream_of(GetParam(), std::string(16U << 20, '\0')), 50);
  Decompressor decompressor(GetParam());
  EXPECT_EQ(decompress(decompressor, stream, {}, 1U << 20).plain.size(), 50U);
}

// A frame header that asks for a window of 128 MiB.
TEST(Zstd, a_window_larger_than_a_packet_is_refused) {
  auto stream = compressed_packet(0, unhex("28b52ffd 00 88 010000"), 100);
  Decompressor decompressor(Compression::zstd);
  EXPECT_EQ(decompress(decompressor, stream, {}, 100).stop, Stop::corrupt);
}

TEST(Zlib, a_damaged_checksum_is_refused) {
  auto body = stream_of(Compression::zlib, kText);
  auto stream = with_bit_flipped(compressed_packet(0, body, 100), kCompressedHeader + body.size() - 1);
  Decompressor decompressor(Compression::zlib);
  EXPECT_EQ(decompress(decompressor, stream, {}, 100).stop, Stop::corrupt);
}

TEST(Zstd, every_level_byte_of_a_client_is_taken) {
  auto plain = packet(0, std::string(3000, 'x') + random_bytes(200));
  Decompressor decompressor(Compression::zstd);
  for (int level = 0; level <= 255; level += level < 23 ? 1 : 29) {
    std::string out;
    std::uint8_t sequence = 0;
    auto encoder = make_encoder(Compression::zstd, static_cast<std::uint8_t>(level));
    Compressor(*encoder).append(out, as_bytes(plain), sequence);
    EXPECT_LT(out.size(), 400U) << level;
    EXPECT_EQ(decompress(decompressor, out, {}, 5000).plain, plain) << level;
  }
}

TEST(Compression, is_what_both_sides_agreed_on) {
  EXPECT_EQ(compression_of(0), Compression::none);
  EXPECT_EQ(compression_of(~(cap::compress | cap::zstd)), Compression::none);
  EXPECT_EQ(compression_of(cap::compress), Compression::zlib);
  EXPECT_EQ(compression_of(cap::zstd), Compression::zstd);
  EXPECT_EQ(compression_of(cap::compress | cap::zstd), Compression::zlib);
}

auto algorithm = [](const auto& info) { return info.param == Compression::zlib ? "zlib" : "zstd"; };
INSTANTIATE_TEST_SUITE_P(Algorithms, BothAlgorithms, testing::Values(Compression::zlib, Compression::zstd),
                         algorithm);

}  // namespace
}  // namespace mogate::protocol
