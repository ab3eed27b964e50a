#include "proxy/session/text_command.h"

#include "protocol/frame.h"

namespace mogate::proxy {
namespace {

constexpr std::size_t kBeforeText = protocol::kFrameHeader + 1;

}  // namespace

Task<MaybeEnd> TextCommand::load() { return load_up_to(c_.config().gateway.inspect_limit + 1); }

Task<MaybeEnd> TextCommand::load_long() {
  return load_up_to(
      std::min<std::size_t>(c_.config().gateway.max_statement_bytes, protocol::kMaxFramePayload - 1));
}

Task<MaybeEnd> TextCommand::load_up_to(std::size_t most) {
  auto header = *protocol::FrameCursor::peek(c_.request.data());
  size_ = protocol::kFrameHeader + header.length;
  too_long_ = header.length == protocol::kMaxFramePayload || header.length > most;
  if (too_long_) co_return std::nullopt;
  if (size_ > kBufferSize) co_return co_await gather(size_);
  while (c_.request.size() < size_) {
    c_.request.compact();
    if (auto end = co_await relay_.read_client()) co_return end;
  }
  co_return std::nullopt;
}

Task<MaybeEnd> TextCommand::gather(std::size_t size) {
  while (true) {
    auto data = c_.request.data();
    auto take = std::min(data.size(), size - gathered_.size());
    gathered_.append(protocol::as_text(data.first(take)));
    c_.request.consume(take);
    if (gathered_.size() == size) co_return std::nullopt;
    if (auto end = co_await relay_.read_client()) co_return end;
  }
}

std::string_view TextCommand::packet() {
  return gathered_.empty() ? protocol::as_text(c_.request.data().first(size_)) : std::string_view(gathered_);
}

std::string_view TextCommand::text() { return packet().substr(kBeforeText); }

std::string TextCommand::detach() { return take(kBeforeText); }

std::string TextCommand::take_payload() { return take(protocol::kFrameHeader); }

std::string TextCommand::take(std::size_t from) {
  std::string out(packet().substr(from));
  if (gathered_.empty()) c_.request.consume(size_);
  gathered_.clear();
  c_.request.release_if_empty();
  return out;
}

Task<MaybeEnd> TextCommand::forward() {
  if (gathered_.empty()) return relay_.forward_command();
  c_.request.release_if_empty();
  return relay_.send_packet(gathered_);
}

}  // namespace mogate::proxy
