#include "proxy/policy/shaped_answer.h"

#include "protocol/messages.h"
#include "proxy/orchestrate/killer.h"
#include "proxy/session/client_error.h"

namespace mogate::proxy {
namespace {

using protocol::as_bytes;

constexpr std::size_t kFlushAt = 32U << 10;
constexpr std::uint16_t kNotNull = 1;

const SessionEnd kBroken{{Side::backend, IoFault::protocol}, {}, false};

}  // namespace

Task<MaybeEnd> ShapedAnswer::read_packet(std::string& payload) {
  packets_ = protocol::PacketAssembler(c_.config().gateway.max_statement_bytes);
  auto& buffer = c_.backend.buffer();
  while (true) {
    buffer.consume(packets_.feed(buffer.data()));
    if (packets_.too_large()) co_return kBroken;
    if (packets_.complete()) break;
    if (auto end = co_await relay_.read_backend()) co_return end;
  }
  payload = protocol::as_text(packets_.payload());
  co_return std::nullopt;
}

void ShapedAnswer::put(std::string_view payload) {
  if (!told_ && !refusal_) protocol::append_packet(out_, as_bytes(payload), sequence_);
}

// The rest of the answer is read and dropped.
void ShapedAnswer::refuse(protocol::SqlError error) {
  if (!refusal_) refusal_ = std::move(error);
}

Task<MaybeEnd> ShapedAnswer::run(bool& failed) {
  std::string payload;
  while (state_ != State::done) {
    c_.error_sequence = tracker_.shifted(sequence_);
    if (auto end = co_await read_packet(payload)) co_return end;
    if (auto end = take(payload)) co_return end;
    if (refusal_ && !told_) {
      if (auto end = co_await give_up()) co_return end;
    }
    bool held = state_ == State::columns || state_ == State::columns_end;
    if (held || (out_.size() < kFlushAt && state_ != State::done)) continue;
    if (auto end = co_await flush()) co_return end;
  }
  failed = told_;
  auto& buffer = c_.backend.buffer();
  if (!buffer.empty()) co_return kBroken;  // it answered what nobody asked
  buffer.release();
  co_return std::nullopt;
}

// What was put together goes through the tracker, which numbers it and sees its end.
Task<MaybeEnd> ShapedAnswer::flush() {
  if (out_.empty()) co_return std::nullopt;
  std::span<std::uint8_t> bytes(reinterpret_cast<std::uint8_t*>(out_.data()), out_.size());
  auto progress = tracker_.consume(bytes);
  if (progress.bytes != out_.size()) co_return kBroken;
  auto error = co_await c_.client.write_all(std::string_view(out_));
  out_.clear();
  co_return end_if(error);
}

Task<MaybeEnd> ShapedAnswer::give_up() {
  if (auto end = co_await flush()) co_return end;
  told_ = true;
  protocol::SqlError error = *refusal_;
  c_.note.fail(error.code);
  std::string packet, payload;
  protocol::write_err(payload, error, caps());
  auto sequence = tracker_.shifted(sequence_);
  protocol::append_packet(packet, as_bytes(payload), sequence);
  if (auto io = co_await c_.client.write_all(std::string_view(packet))) co_return end_if(io);
  tracker_.error_taken();
  if (state_ == State::rows) co_await kill_query(c_.shared, c_.shard, c_.backend.greeting().connection_id);
  co_return std::nullopt;
}

MaybeEnd ShapedAnswer::take(std::string& payload) {
  bool is_error = !payload.empty() && payload[0] == '\xFF' && state_ != State::columns;
  if (is_error) {
    auto err = protocol::parse_err(as_bytes(payload), caps());
    if (!err) return kBroken;
    refuse(mend_native_error(protocol::to_error(*err)));
    state_ = State::done;
    return std::nullopt;
  }
  switch (state_) {
    case State::first: return first(payload);
    case State::columns: return column(payload) ? MaybeEnd() : kBroken;
    case State::columns_end:
      put(payload);
      state_ = State::rows;
      return std::nullopt;
    case State::rows: return row(payload) ? MaybeEnd() : kBroken;
    case State::done: break;
  }
  return kBroken;
}

MaybeEnd ShapedAnswer::first(std::string_view payload) {
  auto bytes = as_bytes(payload);
  if (payload.empty() || payload[0] == '\xFB') return kBroken;
  if (payload[0] == '\0') {
    auto ok = protocol::parse_ok(bytes, caps());
    if (!ok) return kBroken;
    put(payload);
    result_ends(ok->status);
    return std::nullopt;
  }
  protocol::ByteReader reader(bytes);
  left_ = reader.lenenc_int();
  if (!reader.done() || left_ == 0) return kBroken;
  columns_.clear();
  masks_ = false;
  state_ = State::columns;
  result_begin_ = out_.size();
  result_sequence_ = sequence_;
  put(payload);
  return std::nullopt;
}

bool ShapedAnswer::column(std::string& payload) {
  auto view = protocol::parse_column(as_bytes(payload));
  if (!view) return false;
  const auto* mask = policies::mask_of(*view, terms_.masks, terms_.touches_masked);
  bool hidden = terms_.touches_masked && view->table.empty() && view->org_table.empty();
  if (hidden) {
    out_.resize(result_begin_);
    sequence_ = result_sequence_;
    refuse(policies::hidden_origin(view->name));
  }
  columns_.push_back({view->type, mask});
  masks_ = masks_ || mask != nullptr;
  auto shown = *view;
  if (mask) shown.flags = static_cast<std::uint16_t>(shown.flags & ~kNotNull);
  std::string definition;
  if (mask) protocol::write_column(definition, shown);
  put(mask ? std::string_view(definition) : std::string_view(payload));
  if (--left_ != 0) return true;
  if (caps() & protocol::cap::deprecate_eof) {
    state_ = State::rows;
  } else {
    state_ = State::columns_end;
  }
  return true;
}

bool ShapedAnswer::row(std::string& payload) {
  auto first = payload.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(payload[0]);
  if (protocol::is_result_end(first, payload.size(), caps())) {
    std::uint16_t status = 0;
    if (caps() & protocol::cap::deprecate_eof) {
      auto ok = protocol::parse_ok(as_bytes(payload), caps());
      if (!ok) return false;
      status = ok->status;
    } else {
      auto eof = protocol::parse_eof(as_bytes(payload), caps());
      if (!eof) return false;
      status = eof->status;
    }
    put(payload);
    result_ends(status);
    return true;
  }
  if (told_ || refusal_) return true;
  ++rows_;
  bytes_ += payload.size();
  const auto& rules = c_.policy->in_force->rules->rules();
  if (terms_.max_rows.value != 0 && rows_ > terms_.max_rows.value)
    refuse(rules[terms_.max_rows.rule].refusal);
  if (terms_.max_bytes.value != 0 && bytes_ > terms_.max_bytes.value)
    refuse(rules[terms_.max_bytes.rule].refusal);
  if (refusal_) return true;
  if (masks_ && !mask_row(payload)) return false;
  put(payload);
  return true;
}

bool ShapedAnswer::mask_row(std::string& payload) {
  std::vector<protocol::CellView> cells;
  std::vector<std::uint8_t> types;
  for (const auto& column : columns_) types.push_back(column.type);
  bool read = is_binary() ? protocol::parse_binary_row(as_bytes(payload), types, cells)
                          : protocol::parse_text_row(as_bytes(payload), types.size(), cells);
  if (!read) return false;
  std::vector<std::optional<std::string>> masked(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (!columns_[i].mask || !cells[i]) continue;
    masked[i] = policies::masked_text(*cells[i], *columns_[i].mask, columns_[i].type);
    cells[i] = masked[i] ? protocol::CellView(*masked[i]) : std::nullopt;
  }
  std::string out;
  is_binary() ? protocol::write_binary_row(out, types, cells) : protocol::write_text_row(out, cells);
  payload = std::move(out);
  return true;
}

void ShapedAnswer::result_ends(std::uint16_t status) {
  bool more = (status & protocol::status::more_results) != 0;
  state_ = more ? State::first : State::done;
  if (!more) c_.backend.set_status(status);
}

}  // namespace mogate::proxy
