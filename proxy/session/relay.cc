#include "proxy/session/relay.h"

#include "proxy/net/bounded.h"
#include "proxy/orchestrate/killer.h"
#include "proxy/policy/shaped_answer.h"
#include "proxy/session/answer.h"
#include "proxy/session/client_error.h"

namespace mogate::proxy {
namespace {

using protocol::FrameCursor;
using protocol::kFrameHeader;
using Stop = protocol::ResponseTracker::Stop;

// A leftover this short is moved to the front, so that reads stay large.
constexpr std::size_t kShort = 1024;

const protocol::SqlError kInfileRefused{
    3948, "LOCAL INFILE was asked for, but the client did not offer it", {}};
// A policy masks or limits what it holds.
bool is_shaped(const SessionContext& c, const protocol::ResponseTracker& tracker) {
  bool rows =
      tracker.command() == protocol::Command::query || tracker.command() == protocol::Command::stmt_execute;
  return rows && c.policy && c.policy->terms.shape_answer();
}

SessionEnd broken(Side side) { return {{side, IoFault::protocol}, {}, false}; }

}  // namespace

// In the middle of a packet: whoever began one has to go on with it.
Task<MaybeEnd> Relay::read_client() {
  Bounded stall(c_.readiness, c_.config().timeouts.write);
  auto read = co_await c_.client.read_some(c_.request.room());
  if (read.error) co_return end_if(read.error);
  c_.request.filled(read.bytes);
  co_return std::nullopt;
}

// Relays one packet of the client's, frame by frame. They get the numbers that are due, from `sequence` on:
// with compression mariadb-connector-c numbers them all 0, and behind a split packet the answer's are
// shifted.
Task<MaybeEnd> Relay::relay_client_packet(bool& empty, std::uint8_t& sequence, const Inspector* inspect) {
  FrameCursor frames;
  bool first = true;
  do {
    while (!FrameCursor::peek(c_.request.data())) {
      if (auto end = co_await read_client()) co_return end;
    }
    auto header = *FrameCursor::peek(c_.request.data());
    if (first) empty = header.length == 0;
    streamed_ += header.length;
    if (streamed_ > c_.config().gateway.max_statement_bytes) {
      co_return SessionEnd{
          {Side::client, IoFault::too_large},
          protocol::SqlError{
              protocol::errc::packet_too_large, "Got a packet bigger than 'max_allowed_packet' bytes", {}},
          false};
    }
    frames.enter(header);
    c_.request.data()[protocol::kSequenceAt] = sequence++;
    std::size_t head = kFrameHeader;  // goes out with the payload behind it
    do {
      auto data = c_.request.data();
      auto take = frames.skip(data.size() - head);
      bool last = frames.at_border();
      if (inspect) {
        auto skip = first ? std::min<std::size_t>(1, take) : 0;  // the command byte
        auto piece = data.subspan(head + skip, take - skip);
        if (auto error = (*inspect)(protocol::as_text(piece), last))
          co_return SessionEnd{{}, std::move(*error), false};
      }
      first = first && take == 0;
      auto error = co_await c_.backend.leg().write_all(data.first(head + take));
      if (error) co_return end_if(error);
      c_.request.consume(head + take);
      head = 0;
      if (frames.left_in_frame() == 0) break;
      if (auto end = co_await read_client()) co_return end;
    } while (true);
  } while (!frames.at_border());
  co_return std::nullopt;
}

Task<MaybeEnd> Relay::forward_command(const Inspector* inspect) {
  auto data = c_.request.data();
  auto header = FrameCursor::peek(data);
  streamed_ = 0;
  bool whole =
      header && data.size() >= kFrameHeader + header->length && header->length != protocol::kMaxFramePayload;
  if (whole && !inspect) {
    auto size = kFrameHeader + header->length;
    auto error = co_await c_.backend.leg().write_all(data.first(size));
    c_.request.consume(size);
    if (error) co_return end_if(error);
  } else {
    bool empty = false;
    std::uint8_t sequence = 0;
    if (auto end = co_await relay_client_packet(empty, sequence, inspect)) co_return end;
  }
  c_.request.release_if_empty();
  co_return std::nullopt;
}

Task<MaybeEnd> Relay::send_packet(std::string_view packet) {
  co_return end_if(co_await c_.backend.leg().write_all(packet));
}

Task<MaybeEnd> Relay::send_command(protocol::Command command, std::string_view payload) {
  std::string packet(1, static_cast<char>(command));
  packet.append(payload);
  std::uint8_t sequence = 0;
  co_return end_if(co_await write_packet(c_.backend.leg(), packet, sequence));
}

Task<MaybeEnd> Relay::swallow_command() {
  FrameCursor frames;
  do {
    while (!FrameCursor::peek(c_.request.data())) {
      if (auto end = co_await read_client()) co_return end;
    }
    frames.enter(*FrameCursor::peek(c_.request.data()));
    c_.request.consume(kFrameHeader);
    while (frames.left_in_frame() != 0) {
      if (c_.request.empty()) {
        if (auto end = co_await read_client()) co_return end;
      }
      c_.request.consume(frames.skip(c_.request.size()));
    }
  } while (!frames.at_border());
  c_.request.release_if_empty();
  co_return std::nullopt;
}

Task<MaybeEnd> Relay::answer_error(const protocol::SqlError& error) {
  c_.note.fail(error.code);
  AnswerFormat format{.capabilities = c_.capabilities};
  std::string out;
  append_error(out, format, error);
  co_return end_if(co_await c_.client.write_all(std::string_view(out)));
}

Task<MaybeEnd> Relay::answer_error_to(protocol::Command command, const protocol::SqlError& error) {
  if (!protocol::ResponseTracker::expects_answer(command)) co_return std::nullopt;
  co_return co_await answer_error(error);
}

Task<MaybeEnd> Relay::read_backend() {
  auto& leg = c_.backend.leg();
  auto& buffer = c_.backend.buffer();
  if (buffer.size() < kShort) buffer.compact();
  auto room = buffer.room();
  while (true) {
    auto events = co_await c_.readiness.wait(event::backend_read | event::client_gone);
    if (events & event::stop) co_return SessionEnd{{Side::gateway, IoFault::stopped}, {}, false};
    if (events & event::expired) {
      if (auto end = co_await statement_is_late()) co_return end;
    }
    if (events & event::client_gone) co_return SessionEnd{{Side::client, IoFault::closed}, {}, true};
    if (!(events & event::backend_read)) continue;
    auto read = leg.try_read(room);
    buffer.filled(read.bytes);
    if (read.bytes != 0 || read.error) co_return end_if(read.error);
  }
}

// The statement's deadline has passed: MatrixOne ends it, with its own error, when it can be asked to.
Task<MaybeEnd> Relay::statement_is_late() {
  bool killed = !late_ && co_await kill_query(c_.shared, c_.shard, c_.backend.greeting().connection_id);
  if (!killed) co_return SessionEnd{{Side::backend, IoFault::timed_out}, {}, false};
  late_ = true;
  c_.readiness.set_deadline_in(kKillGrace);
  co_return std::nullopt;
}

Task<MaybeEnd> Relay::relay_answer(protocol::ResponseTracker& tracker) {
  failed_ = late_ = false;
  bool done = tracker.finished();
  if (!done && is_shaped(c_, tracker)) {
    ShapedAnswer shaped(c_, *this, tracker);
    auto end = co_await shaped.run(failed_);
    c_.note.add_rows(tracker.rows() + tracker.affected_rows());
    co_return end;
  }
  bool unread = !c_.backend.buffer().empty();
  while (!done) {
    MaybeEnd end;
    if (!unread) end = co_await read_backend();
    unread = false;
    if (!end) end = co_await step(tracker, done);
    if (!end) continue;
    auto next =
        tracker.started() ? static_cast<std::uint8_t>(tracker.last_sequence() + 1) : tracker.shifted(1);
    c_.error_sequence = tracker.at_border() ? std::optional(next) : std::nullopt;
    co_return end;
  }
  c_.note.add_rows(tracker.rows() + tracker.affected_rows());
  if (!failed_ && tracker.has_status()) c_.backend.set_status(tracker.status());
  auto& buffer = c_.backend.buffer();
  if (!buffer.empty()) co_return broken(Side::backend);  // it answered what nobody asked
  buffer.release();
  co_return std::nullopt;
}

// Handles what one read gave.
Task<MaybeEnd> Relay::step(protocol::ResponseTracker& tracker, bool& done) {
  auto& buffer = c_.backend.buffer();
  while (true) {
    auto progress = tracker.consume(buffer.data());
    if (progress.bytes != 0) {
      auto error = co_await c_.client.write_all(buffer.data().first(progress.bytes));
      if (error) co_return end_if(error);
      buffer.consume(progress.bytes);
    }
    MaybeEnd end;
    switch (progress.stop) {
      case Stop::need_more: co_return std::nullopt;
      case Stop::done: done = true; co_return std::nullopt;
      case Stop::malformed: co_return broken(Side::backend);
      case Stop::error_packet: done = true; co_return co_await take_error(tracker);
      case Stop::local_infile:
        end = co_await relay_infile(tracker.next_from_client());
        if (!end) tracker.resume();
        break;
      case Stop::infile_refused: done = true; co_return co_await refuse_infile(tracker);
      case Stop::client_turn: {
        bool empty = false;
        streamed_ = 0;
        auto sequence = tracker.next_from_client();
        end = co_await relay_client_packet(empty, sequence, nullptr);
        break;
      }
    }
    if (end) co_return end;
  }
}

Task<MaybeEnd> Relay::packet_in_buffer() {
  auto& buffer = c_.backend.buffer();
  buffer.compact();
  while (true) {
    auto data = buffer.data();
    auto header = FrameCursor::peek(data);
    if (header && data.size() >= kFrameHeader + header->length) co_return std::nullopt;
    if (header && header->length > kBufferSize - kFrameHeader) co_return broken(Side::backend);
    if (auto end = co_await read_backend()) co_return end;
  }
}

Task<MaybeEnd> Relay::take_packet(std::string& payload) {
  if (auto end = co_await packet_in_buffer()) co_return end;
  auto& buffer = c_.backend.buffer();
  auto length = FrameCursor::peek(buffer.data())->length;
  payload = protocol::as_text(buffer.data().subspan(kFrameHeader, length));
  buffer.consume(kFrameHeader + length);
  co_return std::nullopt;
}

void Relay::note_result_end(std::string_view payload) {
  auto bytes = protocol::as_bytes(payload);
  if (c_.capabilities & protocol::cap::deprecate_eof) {
    if (auto ok = protocol::parse_ok(bytes, c_.capabilities)) c_.backend.set_status(ok->status);
  } else if (auto eof = protocol::parse_eof(bytes, c_.capabilities)) {
    c_.backend.set_status(eof->status);
  }
}

Task<MaybeEnd> Relay::take_error(protocol::ResponseTracker& tracker) {
  if (auto end = co_await packet_in_buffer()) co_return end;
  auto& buffer = c_.backend.buffer();
  auto header = *FrameCursor::peek(buffer.data());
  auto err = protocol::parse_err(buffer.data().subspan(kFrameHeader, header.length), c_.capabilities);
  if (!err) co_return broken(Side::backend);
  AnswerFormat format{.capabilities = c_.capabilities, .sequence = tracker.shifted(header.sequence)};
  auto error = mend_native_error(protocol::to_error(*err));
  c_.note.fail(error.code);
  std::string out;
  append_error(out, format, error);
  buffer.consume(kFrameHeader + header.length);
  tracker.error_taken();
  failed_ = true;
  co_return end_if(co_await c_.client.write_all(std::string_view(out)));
}

Task<MaybeEnd> Relay::relay_infile(std::uint8_t sequence) {
  bool empty = false;
  while (!empty) {
    streamed_ = 0;  // the file may be of any length
    if (auto end = co_await relay_client_packet(empty, sequence, nullptr)) co_return end;
  }
  co_return std::nullopt;
}

// Sends an empty file and keeps what the backend says of it from the client.
Task<MaybeEnd> Relay::refuse_infile(protocol::ResponseTracker& tracker) {
  if (auto end = co_await packet_in_buffer()) co_return end;
  auto& buffer = c_.backend.buffer();
  auto header = *FrameCursor::peek(buffer.data());
  buffer.consume(kFrameHeader + header.length);
  auto sequence = static_cast<std::uint8_t>(header.sequence + 1);
  if (auto error = co_await write_packet(c_.backend.leg(), {}, sequence)) co_return end_if(error);
  auto answer = co_await read_packet(c_.backend.leg(), buffer, Side::backend, kBufferSize);
  if (answer.error) co_return end_if(answer.error);
  AnswerFormat format{.capabilities = c_.capabilities, .sequence = tracker.shifted(header.sequence)};
  std::string out;
  c_.note.fail(kInfileRefused.code);
  append_error(out, format, kInfileRefused);
  tracker.error_taken();
  failed_ = true;
  co_return end_if(co_await c_.client.write_all(std::string_view(out)));
}

}  // namespace mogate::proxy
