// Byte 0: how large the pieces are. The rest is a stream of frames: whole and in pieces it gives the same
// packets, and a FrameCursor over it sees the same frames.
#include "fuzz/check.h"
#include "protocol/frame.h"

#include <vector>

namespace {

using namespace mogate::protocol;
using mogate::fuzz::require;

constexpr std::size_t kLimit = 4096;

struct Packets {
  std::vector<std::string> payloads;
  std::size_t consumed = 0;
  bool too_large = false;
  bool operator==(const Packets&) const = default;
};

Packets assemble(Bytes stream, std::size_t piece) {
  Packets seen;
  PacketAssembler assembler(kLimit);
  while (seen.consumed < stream.size() && !seen.too_large) {
    auto rest = stream.subspan(seen.consumed);
    auto used = assembler.feed(rest.first(std::min(piece, rest.size())));
    seen.consumed += used;
    seen.too_large = assembler.too_large();
    require(assembler.payload().size() <= kLimit, "a packet is within its limit");
    if (assembler.complete()) {
      seen.payloads.emplace_back(as_text(assembler.payload()));
      assembler.reset();
    } else {
      require(used != 0 || seen.too_large, "an unfinished packet takes what it is given");
    }
  }
  return seen;
}

std::size_t walk(Bytes stream, std::vector<std::string>& payloads) {
  FrameCursor cursor;
  std::size_t at = 0;
  while (auto header = FrameCursor::peek(stream.subspan(at))) {
    if (header->length > kLimit) break;
    cursor.enter(*header);
    at += kFrameHeader;
    auto take = cursor.skip(stream.size() - at);
    auto payload = stream.subspan(at, take);
    at += take;
    if (!cursor.at_border()) break;
    payloads.emplace_back(as_text(payload));
  }
  return at;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Bytes stream(data + 1, size - 1);
  auto whole = assemble(stream, stream.size());
  require(assemble(stream, data[0] % 64U + 1U) == whole, "pieces give the same packets");
  std::vector<std::string> walked;
  require(walk(stream, walked) <= stream.size(), "a cursor stays in its input");
  require(walked == whole.payloads, "a cursor sees the same packets");
  for (const auto& payload : whole.payloads) {
    std::string out;
    std::uint8_t sequence = 0;
    append_packet(out, as_bytes(payload), sequence);
    require(assemble(as_bytes(out), out.size()).payloads == std::vector{payload}, "a packet is read back");
  }
  return 0;
}
