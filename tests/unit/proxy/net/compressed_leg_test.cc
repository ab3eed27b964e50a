#include "protocol/frame.h"
#include "unit/protocol/decompress.h"
#include "unit/proxy/net/leg_fixture.h"

namespace mogate::proxy {
namespace {

using protocol::Compression;

std::string packet_of(std::size_t size, std::uint8_t sequence = 0) {
  std::string payload;
  for (std::size_t i = 0; i < size; ++i) payload.push_back(static_cast<char>('a' + i % 20));
  std::string out;
  protocol::append_packet(out, protocol::as_bytes(payload), sequence);
  return out;
}

class CompressedLegTest : public test::LegTest, public testing::WithParamInterface<Compression> {
 protected:
  CompressedLegTest() {
    leg_.start_compression(
        std::make_unique<CompressedStream>(pool_, buffers_, CompressionChoice{GetParam(), 3}));
  }
  ~CompressedLegTest() override { leg_.close(); }  // before the pools

  std::string compressed(std::string_view plain, std::uint8_t sequence = 0) {
    protocol::Compressor compressor(pool_.encoder(GetParam(), 3));
    std::string out;
    compressor.append(out, protocol::as_bytes(plain), sequence);
    return out;
  }
  // What waits at the far end.
  std::string arrived() const {
    std::string out(1U << 20, '\0');
    auto n = ::recv(far_.get(), out.data(), out.size(), 0);
    out.resize(n < 0 ? 0 : static_cast<std::size_t>(n));
    return out;
  }
  protocol::test::Decompressed unpacked(std::string_view stream, std::uint8_t first_sequence) {
    protocol::Decompressor decompressor(GetParam());
    return protocol::test::decompress(decompressor, stream, {}, 1U << 16, first_sequence);
  }
  Task<std::string> read_all(std::size_t size, std::size_t room = 1U << 16) {
    std::string out;
    while (out.size() < size && !last_error_) out += co_await read(room);
    co_return out;
  }

  CompressionPool pool_;
  BufferPool buffers_;
};

INSTANTIATE_TEST_SUITE_P(Algorithms, CompressedLegTest, testing::Values(Compression::zlib, Compression::zstd),
                         [](const auto& one) { return one.param == Compression::zlib ? "zlib" : "zstd"; });

TEST_P(CompressedLegTest, reads_a_stream_that_is_cut_anywhere) {
  for (std::size_t payload : {std::size_t{5}, std::size_t{300}}) {
    auto plain = packet_of(payload);
    auto stream = compressed(plain);
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
      leg_.begin_command();
      std::string got;
      std::vector<std::uint8_t> room(1000);
      for (auto piece : {stream.substr(0, cut), stream.substr(cut)}) {
        send(piece);
        auto read = leg_.try_read(room);
        while (read.bytes != 0) {
          got.append(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(read.bytes));
          read = leg_.try_read(room);
        }
        EXPECT_FALSE(read.error) << cut;
      }
      EXPECT_EQ(got, plain) << cut;
    }
  }
}

TEST_P(CompressedLegTest, stays_readable_while_bytes_are_held_above_the_socket) {
  auto first = packet_of(100);
  auto second = packet_of(200);
  send(compressed(first) + compressed(second, 1));
  run([&]() -> Task<void> {
    EXPECT_EQ(co_await read(50), first.substr(0, 50));
    EXPECT_TRUE(readable());
    EXPECT_EQ(co_await read(54), first.substr(50));
    EXPECT_TRUE(readable()) << "another packet was read from the socket";
    EXPECT_EQ(co_await read_all(second.size()), second);
    std::uint8_t byte = 0;
    EXPECT_EQ(leg_.try_read({&byte, 1}).bytes, 0U);
    EXPECT_FALSE(readable());
    reactor_.post([&] { send(compressed(first, 2)); });
    EXPECT_EQ(co_await read_all(first.size()), first);
  });
}

TEST_P(CompressedLegTest, gives_one_compressed_packet_at_a_time_so_that_a_command_may_begin_behind_it) {
  auto command = packet_of(100);
  send(compressed(command) + compressed(command));
  run([&]() -> Task<void> {
    EXPECT_EQ(co_await read(1000), command);
    leg_.begin_command();
    EXPECT_EQ(co_await read(1000), command);
    EXPECT_FALSE(last_error_);
  });
}

TEST_P(CompressedLegTest, writes_what_can_be_read_numbered_behind_what_was_read) {
  run([&]() -> Task<void> {
    for (std::size_t payload : {std::size_t{1}, std::size_t{60}, std::size_t{70000}, std::size_t{150000}}) {
      leg_.begin_command();
      auto command = packet_of(80);
      send(compressed(command));
      auto answer = packet_of(payload, 1);
      co_await read_all(command.size());
      EXPECT_FALSE(co_await leg_.write_all(std::string_view(answer)));
      auto seen = unpacked(arrived(), 1);
      EXPECT_FALSE(seen.failed());
      EXPECT_EQ(seen.plain, answer);
    }
  });
}

TEST_P(CompressedLegTest, numbers_go_on_over_both_directions_until_a_command_begins) {
  auto packet = packet_of(80);
  auto write = [&] { return leg_.write_all(std::string_view(packet)); };
  send(compressed(packet, 0));
  run([&]() -> Task<void> {
    co_await read_all(packet.size());
    EXPECT_FALSE(co_await write());
    send(compressed(packet, 2));
    co_await read_all(packet.size());
    EXPECT_FALSE(co_await write());
    leg_.begin_command();
    send(compressed(packet, 0));
    co_await read_all(packet.size());
    EXPECT_FALSE(last_error_);
  });
  auto stream = arrived();
  auto size = compressed(packet).size();
  ASSERT_EQ(stream.size(), 2 * size);
  EXPECT_EQ(stream[3], 1);
  EXPECT_EQ(stream[size + 3], 3);
}

TEST_P(CompressedLegTest, a_packet_out_of_order_is_an_error_of_its_side) {
  send(compressed(packet_of(80), 7));
  run([&]() -> Task<void> { co_await read(100); });
  EXPECT_EQ(last_error_.fault, IoFault::out_of_order);
  EXPECT_EQ(last_error_.side, Side::client);
}

TEST_P(CompressedLegTest, a_broken_packet_is_an_error_of_its_side) {
  auto stream = compressed(packet_of(400));
  stream[8] = static_cast<char>(stream[8] ^ 0x55);
  stream[10] = static_cast<char>(stream[10] ^ 0x55);
  stream[4] = static_cast<char>(stream[4] + 1);
  send(stream);
  run([&]() -> Task<void> { co_await read_all(405); });
  EXPECT_EQ(last_error_.fault, IoFault::undecodable);
  EXPECT_EQ(last_error_.side, Side::client);
}

TEST_P(CompressedLegTest, an_end_in_the_middle_of_a_packet_is_seen) {
  auto stream = compressed(packet_of(400));
  send(stream.substr(0, 9));
  far_.close();
  run([&]() -> Task<void> { co_await read_all(404); });
  EXPECT_EQ(last_error_.fault, IoFault::closed);
}

TEST_P(CompressedLegTest, what_comes_when_nothing_more_is_written_is_not_uncompressed) {
  leg_.shut_down_write();
  send("whatever");
  run([&]() -> Task<void> { EXPECT_EQ(co_await read(100), "whatever"); });
}

TEST_P(CompressedLegTest, a_large_write_waits_for_a_peer_that_takes_nothing_and_goes_on_when_it_does) {
  std::string much;
  std::uint64_t state = 88172645463325252U;  // xorshift: does not become shorter
  while (much.size() < (4U << 20)) {
    std::string payload;
    for (int i = 0; i < 50000; ++i) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      payload.push_back(static_cast<char>(state));
    }
    std::uint8_t sequence = 1;
    protocol::append_packet(much, protocol::as_bytes(payload), sequence);
  }
  std::string stream;
  std::thread peer([&] {
    std::vector<char> into(1U << 16);
    ssize_t n = 0;
    while ((n = ::recv(far_.get(), into.data(), into.size(), 0)) != 0) {
      if (n > 0) stream.append(into.data(), static_cast<std::size_t>(n));
    }
  });
  run([&]() -> Task<void> {
    EXPECT_FALSE(co_await leg_.write_all(std::string_view(much)));
    leg_.close();
  });
  peer.join();
  EXPECT_EQ(unpacked(stream, 0).plain, much);
}

}  // namespace
}  // namespace mogate::proxy
