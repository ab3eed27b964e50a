// Byte 0: zlib or zstd; 1: how large the pieces are; 2: the room; 3: the zstd level. The rest is a client's
// stream: whole and in pieces it gives the same, and no packet more than its header says. It is also a
// server's stream of frames, which are read back after they were compressed.
#include "fuzz/check.h"
#include "unit/protocol/decompress.h"

namespace {

using namespace mogate::protocol;
using mogate::fuzz::require;
using mogate::protocol::test::decompress;
using mogate::protocol::test::Decompressed;

constexpr std::size_t kHead = 4;
constexpr std::size_t kMostPlain = 1U << 18;  // streams that grow further are left out: time, not memory

std::vector<std::size_t> pieces(std::size_t size, std::size_t piece) {
  std::vector<std::size_t> ends;
  for (auto end = piece; end < size; end += piece) ends.push_back(end);
  return ends;
}

// The most that the headers in the stream allow; the walk ends where the stream does.
std::size_t announced(Bytes stream) {
  std::size_t sum = 0;
  while (stream.size() >= kCompressedHeader) {
    ByteReader r(stream);
    std::size_t packed = r.u24();
    r.skip(1);
    std::size_t plain = r.u24();
    sum += plain != 0 ? plain : packed;
    stream = stream.subspan(std::min(stream.size(), kCompressedHeader + packed));
  }
  return sum;
}

void read_stream(Compression compression, const std::uint8_t* head, Bytes stream) {
  auto most = announced(stream);
  if (most > kMostPlain) return;
  auto follow = [&](std::size_t piece, std::size_t room) {
    Decompressor decompressor(compression);
    return decompress(decompressor, as_text(stream), pieces(stream.size(), piece), room);
  };
  auto whole = follow(stream.size() + 1, 1U << 16);
  require(whole.plain.size() <= most, "no more comes out than was announced");
  require(whole.consumed <= stream.size(), "no more is taken than there is");
  auto cut = follow(head[1] % 64U + 1U, head[2] % 64U + 1U);
  require(cut.stop == whole.stop && cut.at_border == whole.at_border, "pieces end the same");
  if (!whole.failed()) require(cut == whole, "pieces give the same");
}

// Frames of what length the bytes say. The last one may be unfinished: then it is held, or passed on in
// parts.
void write_stream(Compression compression, const std::uint8_t* head, Bytes plain) {
  std::string stream;
  auto sequence = head[2];
  auto encoder = make_encoder(compression, static_cast<std::uint8_t>(head[3] % 8));
  Compressor compressor(*encoder);
  auto half = plain.size() / 2;
  compressor.append(stream, plain.first(half), sequence);
  compressor.append(stream, plain.subspan(half), sequence);
  Decompressor decompressor(compression);
  auto seen = decompress(decompressor, stream, pieces(stream.size(), head[1] + 1U), 100, head[2]);
  require(!seen.failed() && seen.sequence == sequence, "what was compressed is read");
  require(as_text(plain).starts_with(seen.plain), "it is the same");
  auto held = plain.subspan(seen.plain.size());
  bool unfinished = held.size() < kFrameHeader || kFrameHeader + ByteReader(held).u24() > held.size();
  require(held.empty() || (unfinished && held.size() <= kMaxPiece), "only an unfinished frame is held");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < kHead) return 0;
  Bytes rest(data + kHead, size - kHead);
  auto compression = data[0] & 1 ? Compression::zstd : Compression::zlib;
  read_stream(compression, data, rest);
  write_stream(compression, data, rest);
  return 0;
}
