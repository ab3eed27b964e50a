#include "proxy/session/cursors.h"

#include "protocol/execute.h"
#include "proxy/session/client_error.h"
#include "proxy/session/own_statement.h"

#include <fmt/format.h>

#include <limits>

namespace mogate::proxy {
namespace {

using protocol::kFrameHeader;
using protocol::SqlError;
using Stop = protocol::RowStream::Stop;

constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();

const SessionEnd kBroken{{Side::backend, IoFault::protocol}, {}, false};

SqlError overflow_error() {
  return {
      protocol::errc::out_of_resources,
      "mogate: other commands came between the fetches of a cursor, and its rows are over [cursors] limit",
      {}};
}

}  // namespace

Task<MaybeEnd> Cursors::need_emulation(bool& needed) {
  using Known = NativeSupport::Known;
  needed = c_.dialect.is_matrixone;
  if (!needed) co_return std::nullopt;
  const auto& version = c_.backend.greeting().server_version;
  auto known = c_.shared.native.of(version, NativeSupport::Feature::cursors);
  if (known == Known::unknown) {
    bool has_cursors = false;
    if (auto end = co_await probe(has_cursors)) co_return end;
    c_.shared.native.learn(version, NativeSupport::Feature::cursors, has_cursors);
    known = has_cursors ? Known::yes : Known::no;
  }
  needed = known == Known::no;
  co_return std::nullopt;
}

// Prepares a statement of no consequence and asks for a cursor on it.
Task<MaybeEnd> Cursors::probe(bool& has_cursors) {
  using protocol::Command;
  if (auto end = co_await relay_.send_command(Command::stmt_prepare, "SELECT 1")) co_return end;
  std::string packet;
  if (auto end = co_await relay_.take_packet(packet)) co_return end;
  auto prepared = protocol::parse_prepare_ok(protocol::as_bytes(packet));
  if (!prepared) co_return kBroken;
  bool eofs = !(c_.capabilities & protocol::cap::deprecate_eof);
  for (int i = 0; i < prepared->columns + (eofs && prepared->columns ? 1 : 0); ++i) {
    if (auto end = co_await relay_.take_packet(packet)) co_return end;
  }
  std::string execute;
  protocol::ByteWriter(execute).u32(prepared->statement_id).u8(protocol::cursor::read_only).u32(1);
  if (auto end = co_await relay_.send_command(Command::stmt_execute, execute)) co_return end;
  if (auto end = co_await relay_.take_packet(packet)) co_return end;
  has_cursors = !protocol::parse_err(protocol::as_bytes(packet), c_.capabilities);
  // With one: the definition, and the end that says so.
  for (int i = 0; has_cursors && i < 2; ++i) {
    if (auto end = co_await relay_.take_packet(packet)) co_return end;
  }
  std::string id;
  protocol::ByteWriter(id).u32(prepared->statement_id);
  auto end = co_await relay_.send_command(Command::stmt_close, id);
  c_.backend.buffer().release_if_empty();
  co_return end;
}

Task<MaybeEnd> Cursors::execute(std::uint32_t statement_id) {
  if (auto end = co_await relay_.forward_command()) co_return end;
  if (auto end = co_await relay_.packet_in_buffer()) co_return end;
  auto data = c_.backend.buffer().data();
  auto first = data[kFrameHeader];
  if (first == 0x00 || first == 0xFF) {
    protocol::ResponseTracker tracker(protocol::Command::stmt_execute, c_.capabilities);
    co_return co_await relay_.relay_answer(tracker);
  }
  auto header = *protocol::FrameCursor::peek(data);
  protocol::ByteReader reader(data.subspan(kFrameHeader, header.length));
  auto columns = reader.lenenc_int();
  if (!reader.done()) co_return kBroken;
  co_return co_await open(statement_id, columns);
}

// The column count and the definitions go through as they came; then MySQL sends one packet more than without
// a cursor, also to clients with DEPRECATE_EOF.
Task<MaybeEnd> Cursors::open(std::uint32_t statement_id, std::uint64_t columns) {
  auto& buffer = c_.backend.buffer();
  auto packets = columns + 1 + (c_.capabilities & protocol::cap::deprecate_eof ? 0 : 1);
  for (std::uint64_t i = 0; i < packets; ++i) {
    c_.error_sequence = static_cast<std::uint8_t>(i + 1);
    if (auto end = co_await relay_.packet_in_buffer()) co_return end;
    auto size = kFrameHeader + protocol::FrameCursor::peek(buffer.data())->length;
    if (i <= columns) {
      if (auto error = co_await c_.client.write_all(buffer.data().first(size))) co_return end_if(error);
    }
    buffer.consume(size);
  }
  live_ = statement_id;
  c_.backend_has_rows = true;
  cursors_.erase(statement_id);
  cursors_.emplace(statement_id, c_.capabilities);
  co_return co_await end_part(static_cast<std::uint8_t>(columns + 2), protocol::status::cursor_exists);
}

Task<MaybeEnd> Cursors::end_part(std::uint8_t sequence, std::uint16_t cursor_status) {
  auto format = answer_format(c_);
  format.status |= cursor_status;
  format.sequence = sequence;
  std::string out;
  append_result_end(out, format);
  co_return end_if(co_await c_.client.write_all(std::string_view(out)));
}

Task<MaybeEnd> Cursors::give_error(std::uint8_t sequence, std::string_view payload) {
  auto err = protocol::parse_err(protocol::as_bytes(payload), c_.capabilities);
  if (!err) co_return kBroken;
  AnswerFormat format{.capabilities = c_.capabilities, .sequence = sequence};
  std::string out;
  auto error = mend_native_error(protocol::to_error(*err));
  c_.note.fail(error.code);
  append_error(out, format, error);
  co_return end_if(co_await c_.client.write_all(std::string_view(out)));
}

Task<MaybeEnd> Cursors::fetch(std::uint32_t statement_id, std::uint32_t rows) {
  auto found = cursors_.find(statement_id);
  if (found == cursors_.end()) {
    SqlError none{protocol::errc::no_open_cursor,
                  fmt::format("The statement ({}) has no open cursor.", statement_id),
                  {}};
    co_return co_await relay_.answer_error(none);
  }
  auto& cursor = found->second;
  bool closed = false;
  MaybeEnd end;
  if (cursor.overflowed) {
    closed = true;
    auto error = overflow_error();
    end = co_await relay_.answer_error(error);
  } else {
    cursor.rows.begin(1, rows);
    if (cursor.spool) {
      end = co_await fetch_spooled(cursor, closed);
    } else {
      end = co_await fetch_live(cursor, closed);
    }
  }
  if (closed) cursors_.erase(statement_id);
  co_return end;
}

Task<MaybeEnd> Cursors::fetch_live(Cursor& cursor, bool& closed) {
  auto& buffer = c_.backend.buffer();
  while (true) {
    auto progress = cursor.rows.consume(buffer.data());
    if (progress.bytes != 0) {
      auto error = co_await c_.client.write_all(buffer.data().first(progress.bytes));
      if (error) co_return end_if(error);
      buffer.consume(progress.bytes);
    }
    auto sequence = cursor.rows.next_sequence();
    if (progress.stop == Stop::limit) co_return co_await end_part(sequence, protocol::status::cursor_exists);
    if (progress.stop == Stop::need_more) {
      c_.error_sequence = cursor.rows.in_row() ? std::nullopt : std::optional(sequence);
      if (auto end = co_await relay_.read_backend()) co_return end;
      continue;
    }
    closed = true;
    std::string last;
    if (auto end = co_await relay_.take_packet(last)) co_return end;
    backend_is_free();
    if (progress.stop == Stop::error) co_return co_await give_error(sequence, last);
    relay_.note_result_end(last);
    co_return co_await end_part(sequence, protocol::status::last_row_sent);
  }
}

Task<MaybeEnd> Cursors::fetch_spooled(Cursor& cursor, bool& closed) {
  Buffer chunk(c_.shard.buffers);
  while (true) {
    auto n = cursor.spool->read(chunk.room());
    chunk.filled(n);
    auto progress = cursor.rows.consume(chunk.data());
    auto error = co_await c_.client.write_all(chunk.data().first(progress.bytes));
    if (error) co_return end_if(error);
    chunk.consume(progress.bytes);
    auto sequence = cursor.rows.next_sequence();
    if (progress.stop == Stop::need_more && n != 0) continue;
    if (progress.stop == Stop::limit) {
      cursor.spool->unread(chunk.size());
      co_return co_await end_part(sequence, protocol::status::cursor_exists);
    }
    closed = true;
    if (progress.stop == Stop::end) co_return co_await end_part(sequence, protocol::status::last_row_sent);
    // The spool ends with an ERR packet, or the disk would not give it back.
    auto text = protocol::as_text(chunk.data());
    co_return co_await give_error(sequence, text.substr(std::min(text.size(), kFrameHeader)));
  }
}

// Reads what the backend still sends of the live cursor; with a spool it is kept there, end included.
Task<MaybeEnd> Cursors::drain_live(Cursor& cursor) {
  auto& buffer = c_.backend.buffer();
  cursor.rows.begin(1, kAll);
  c_.set_statement_deadline();
  while (true) {
    auto progress = cursor.rows.consume(buffer.data());
    keep(cursor, buffer.data().first(progress.bytes));
    buffer.consume(progress.bytes);
    if (progress.stop != Stop::need_more) {
      if (auto end = co_await relay_.packet_in_buffer()) co_return end;
      keep(cursor, buffer.data());
      std::string last;
      if (auto end = co_await relay_.take_packet(last)) co_return end;
      relay_.note_result_end(last);
      break;
    }
    if (auto end = co_await relay_.read_backend()) co_return end;
  }
  backend_is_free();
  co_return std::nullopt;
}

void Cursors::keep(Cursor& cursor, std::span<const std::uint8_t> bytes) {
  if (!cursor.spool || cursor.overflowed) return;
  cursor.overflowed = !cursor.spool->append(bytes);
  if (cursor.overflowed) cursor.spool.emplace(Spool::Limits{});
}

void Cursors::backend_is_free() {
  live_.reset();
  c_.backend_has_rows = false;
  c_.backend.buffer().release_if_empty();
}

Task<MaybeEnd> Cursors::make_way() {
  if (!live_) co_return std::nullopt;
  const auto& limits = c_.config().cursors;
  auto& cursor = cursors_.at(*live_);
  cursor.spool.emplace(Spool::Limits{limits.memory_bytes, limits.limit_bytes, limits.directory});
  co_return co_await drain_live(cursor);
}

Task<MaybeEnd> Cursors::close(std::uint32_t statement_id) {
  auto found = cursors_.find(statement_id);
  if (found == cursors_.end()) co_return std::nullopt;
  MaybeEnd end;
  if (live_ == statement_id) end = co_await drain_live(found->second);
  cursors_.erase(statement_id);
  co_return end;
}

}  // namespace mogate::proxy
