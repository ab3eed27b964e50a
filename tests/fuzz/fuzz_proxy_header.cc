// The input is what a connection begins with. A header is found as soon as it is whole, and not before, and
// says the same whatever follows; what it says is written and read again.
#include "fuzz/check.h"
#include "protocol/proxy_header.h"

namespace {

using namespace mogate::protocol;
using mogate::fuzz::require;
using Stop = ProxyHeaderParse::Stop;

void read_in_pieces(Bytes input, const ProxyHeaderParse& whole) {
  for (std::size_t n = 0; n < std::min(input.size(), kMaxProxyHeader + 1); ++n) {
    auto parsed = parse_proxy_header(input.first(n));
    if (whole.stop == Stop::complete && n >= whole.bytes) {
      require(parsed.stop == Stop::complete && parsed.bytes == whole.bytes && parsed.header == whole.header,
              "what follows changes nothing");
    } else {
      require(parsed.stop == Stop::need_more || (parsed.stop == whole.stop && whole.stop != Stop::complete),
              "a part is no other header");
    }
  }
}

void write_again(const ProxyHeader& header) {
  std::string out;
  write_proxy_header(out, header);
  auto again = parse_proxy_header(as_bytes(out));
  require(again.stop == Stop::complete && again.bytes == out.size() && again.header == header, "header");
  if (!header.source) return;
  require(parse_ip(header.source->address_text(), header.source->port) == header.source, "address");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes input(data, size);
  auto whole = parse_proxy_header(input);
  require(whole.bytes <= std::min(size, kMaxProxyHeader), "a header is within its input and its limit");
  require(whole.stop != Stop::need_more || size < kMaxProxyHeader, "the limit is an end");
  read_in_pieces(input, whole);
  if (whole.stop == Stop::complete) write_again(whole.header);
  return 0;
}
