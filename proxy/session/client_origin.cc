#include "proxy/session/client_origin.h"

#include <spdlog/spdlog.h>

#include <vector>

namespace mogate::proxy {
namespace {

using Stop = protocol::ProxyHeaderParse::Stop;

// Who sends no header has to hear of it: the address is trusted by mistake, or its load balancer sends none.
MaybeEnd refuse(SessionContext& c, IoFault fault, const char* what) {
  spdlog::warn("{} is in proxy_protocol_from and sent {}", c.entry->client, what);
  protocol::SqlError said{protocol::errc::handshake_error, std::string("mogate: ") + what, "08S01"};
  return SessionEnd{{Side::client, fault}, std::move(said), false};
}

void adopt_header(SessionContext& c, const protocol::ProxyHeader& header) {
  if (!header.source) return;
  c.origin = header;
  c.is_local = false;
  const auto& source = *header.source;
  c.entry->client = fmt::format("{}{}{}:{}", source.v6 ? "[" : "", source.address_text(),
                                source.v6 ? "]" : "", source.port);
}

Task<MaybeEnd> read_header(SessionContext& c) {
  std::vector<std::uint8_t> seen(protocol::kMaxProxyHeader);
  protocol::ProxyHeaderParse parsed;
  std::size_t size = 0;
  while (parsed.stop == Stop::need_more) {
    auto read = co_await c.client.peek(seen, size);
    if (read.error.fault == IoFault::timed_out)
      co_return refuse(c, IoFault::timed_out, "no PROXY header in time");
    if (read.error) co_return end_if(read.error);
    size = read.bytes;
    parsed = protocol::parse_proxy_header(protocol::Bytes(seen).first(size));
  }
  if (parsed.stop == Stop::absent) co_return refuse(c, IoFault::protocol, "no PROXY header");
  if (parsed.stop == Stop::malformed) co_return refuse(c, IoFault::protocol, "a malformed PROXY header");
  c.client.skip(std::span(seen).first(parsed.bytes));
  adopt_header(c, parsed.header);
  co_return std::nullopt;
}

}  // namespace

Task<MaybeEnd> learn_origin(SessionContext& c) {
  auto peer = remote_endpoint(c.client.fd());
  c.entry->client = peer_name(peer, c.client.fd());
  c.origin = {ip_of(peer), ip_of(local_endpoint(c.client.fd()))};
  c.is_local = is_unix(peer);
  if (!is_in(c.config().gateway.proxy_protocol_from, peer)) co_return std::nullopt;
  co_return co_await read_header(c);
}

bool begins_proxy_header(std::string_view frame_header) {
  auto parsed = protocol::parse_proxy_header(protocol::as_bytes(frame_header));
  return !frame_header.empty() && parsed.stop == Stop::need_more;
}

}  // namespace mogate::proxy
