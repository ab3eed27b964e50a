#include "protocol/response_tracker.h"

#include "protocol/auth.h"
#include "protocol/handshake.h"

namespace mogate::protocol {
namespace {

// The longest prefix that a status or a count can need: header, two length-encoded integers, status,
// warnings.
constexpr std::size_t kPrefix = 32;

std::size_t lenenc_width(std::uint8_t first) {
  switch (first) {
    case 0xFC: return 3;
    case 0xFD: return 4;
    case 0xFE: return 9;
    default: return 1;
  }
}

// Where the status flags stand in an OK packet's payload.
std::size_t ok_status_offset(Bytes payload) {
  std::size_t at = 1;
  for (int i = 0; i < 2 && at < payload.size(); ++i) at += lenenc_width(payload[at]);
  return at;
}

}  // namespace

bool ResponseTracker::expects_answer(Command command) noexcept {
  return command != Command::quit && command != Command::stmt_close &&
         command != Command::stmt_send_long_data;
}

ResponseTracker::ResponseTracker(Command command, Capabilities caps) : command_(command), caps_(caps) {
  switch (command) {
    case Command::query:
    case Command::stmt_execute:
    case Command::stmt_prepare:
    case Command::process_info: state_ = State::first; break;
    case Command::field_list:
    case Command::stmt_fetch:
    case Command::binlog_dump:
    case Command::binlog_dump_gtid:
    case Command::table_dump: state_ = State::rows; break;
    case Command::change_user: state_ = State::auth; break;
    default: state_ = expects_answer(command) ? State::one_packet : State::done;
  }
}

ResponseTracker::Kind ResponseTracker::classify_first(std::uint32_t length, int first) const {
  if (command_ == Command::stmt_prepare) return first == 0x00 ? Kind::prepare : Kind::bad;
  switch (first) {
    case -1: return Kind::bad;
    case 0x00: return Kind::ok;
    case 0xFB: return Kind::infile;
    case 0xFE: return length < 9 ? Kind::end : Kind::column_count;  // an EOF instead of OK: old servers
    default: return Kind::column_count;
  }
}

ResponseTracker::Kind ResponseTracker::classify(std::uint32_t length, int first) const {
  if (first == 0xFF) return Kind::error;
  switch (state_) {
    case State::first: return classify_first(length, first);
    case State::columns:
    case State::params: return Kind::plain;
    case State::columns_end:
    case State::params_end: return first == 0xFE && length < 9 ? Kind::columns_end : Kind::bad;
    case State::rows: return first == 0xFE && is_result_end(0xFE, length, caps_) ? Kind::end : Kind::plain;
    case State::one_packet:
      if (command_ == Command::statistics) return Kind::plain;
      return first == 0x00 ? Kind::ok : first == 0xFE ? Kind::end : Kind::bad;
    case State::auth:
      return first == 0x00 ? Kind::ok : first == 0xFE || first == 0x01 ? Kind::auth : Kind::bad;
    case State::done: return Kind::bad;
  }
  return Kind::bad;
}

// False if the status flags that the capabilities promise are not there.
bool ResponseTracker::read_flags(Bytes payload, std::size_t at, Capabilities with_status) {
  flags_ = 0;
  if (!(caps_ & with_status)) return true;
  if (at + 2 > payload.size()) return false;
  flags_ = static_cast<std::uint16_t>(payload[at] | payload[at + 1] << 8);
  return true;
}

bool ResponseTracker::on_final_status(std::span<std::uint8_t> payload, std::size_t at,
                                      Capabilities with_status) {
  if (!read_flags(payload, at, with_status)) return false;
  status_ = flags_;
  has_status_ = (caps_ & with_status) != 0;
  bool ends_answer = (status_ & status::more_results) == 0;
  if (force_more_results_ && ends_answer && has_status_) payload[at] |= status::more_results;
  return true;
}

void ResponseTracker::on_prepare(Bytes payload) {
  if (auto ok = parse_prepare_ok(payload)) prepare_ = *ok;
}

// Looks at the prefix of a packet that matters. False if it cannot be right.
bool ResponseTracker::judge(Kind kind, std::span<std::uint8_t> payload) {
  switch (kind) {
    case Kind::ok: {
      ByteReader r(payload);
      r.skip(1);
      affected_ = r.lenenc_int();
      if (r.failed()) return false;
      return on_final_status(payload, ok_status_offset(payload), cap::protocol_41 | cap::transactions);
    }
    case Kind::end: {
      bool is_ok_layout = (caps_ & cap::deprecate_eof) && payload.size() > 5;
      return on_final_status(payload, is_ok_layout ? ok_status_offset(payload) : 3, cap::protocol_41);
    }
    case Kind::columns_end: return read_flags(payload, 3, cap::protocol_41);
    case Kind::column_count: {
      ByteReader r(payload);
      left_ = r.lenenc_int();
      return r.done() && left_ != 0;
    }
    case Kind::auth: client_turn_ = parse_auth_more_data(payload) != kSha2FastSuccess; return true;
    case Kind::prepare: on_prepare(payload); return payload.size() >= 12;
    default: return true;
  }
}

void ResponseTracker::after_columns() {
  // A prepared statement's definitions are followed by nothing, a result's by rows.
  state_ = command_ == Command::stmt_prepare ? State::done : State::rows;
}

void ResponseTracker::count_definition() {
  if (--left_ != 0) return;
  bool eof_follows = (caps_ & cap::deprecate_eof) == 0;
  if (state_ == State::columns) {
    eof_follows ? void(state_ = State::columns_end) : after_columns();
    return;
  }
  if (eof_follows) {
    state_ = State::params_end;
  } else {
    left_ = prepare_.columns;
    state_ = left_ != 0 ? State::columns : State::done;
  }
}

ResponseTracker::Stop ResponseTracker::on_packet_end() {
  switch (pending_) {
    case Kind::ok:
    case Kind::end:
      state_ = (flags_ & status::more_results) != 0 && state_ != State::auth ? State::first : State::done;
      if (command_ == Command::field_list || command_ == Command::stmt_fetch) state_ = State::done;
      break;
    case Kind::column_count: state_ = State::columns; break;
    case Kind::columns_end:
      if (state_ == State::params_end) {
        left_ = prepare_.columns;
        state_ = left_ != 0 ? State::columns : State::done;
      } else if (command_ == Command::stmt_execute && (flags_ & status::cursor_exists)) {
        status_ = flags_;
        has_status_ = true;
        state_ = State::done;  // the rows wait for COM_STMT_FETCH
      } else {
        after_columns();
      }
      break;
    case Kind::prepare:
      left_ = prepare_.params != 0 ? prepare_.params : prepare_.columns;
      state_ = prepare_.params != 0 ? State::params : left_ != 0 ? State::columns : State::done;
      break;
    case Kind::infile: return Stop::local_infile;
    case Kind::auth:
      if (client_turn_) return Stop::client_turn;
      break;
    case Kind::plain:
      if (state_ == State::columns || state_ == State::params) count_definition();
      if (state_ == State::one_packet) state_ = State::done;
      break;
    case Kind::error:
    case Kind::bad: return Stop::malformed;
  }
  return state_ == State::done ? Stop::done : Stop::need_more;
}

// The hot loop: whole single-frame rows. Gives the offset of the first packet that is something else.
std::size_t ResponseTracker::skip_rows(std::span<std::uint8_t> input, std::size_t at) {
  while (input.size() - at > kFrameHeader) {
    const auto* p = input.data() + at;
    std::size_t length = static_cast<std::size_t>(p[0] | p[1] << 8 | p[2] << 16);
    if (p[kFrameHeader] >= 0xFE || length == kMaxFramePayload || length == 0) break;
    if (input.size() - at - kFrameHeader < length) break;
    started_ = true;
    sequence_ = p[3];
    at += kFrameHeader + length;
    ++rows_;
  }
  return at;
}

ResponseTracker::Progress ResponseTracker::consume(std::span<std::uint8_t> input) {
  std::size_t at = 0;
  while (true) {
    if (frames_.left_in_frame() != 0) {
      at += frames_.skip(input.size() - at);
      if (frames_.left_in_frame() != 0) return {at, Stop::need_more};
      if (frames_.at_border()) {
        if (auto stop = on_packet_end(); stop != Stop::need_more) return {at, stop};
      }
    }
    if (state_ == State::done) return {at, Stop::done};
    if (state_ == State::rows && frames_.at_border() && !rewrites_) at = skip_rows(input, at);
    auto header = FrameCursor::peek(input.subspan(at));
    if (!header) return {at, Stop::need_more};
    auto payload = input.subspan(at + kFrameHeader);
    payload = payload.first(std::min<std::size_t>(payload.size(), header->length));
    if (frames_.at_border()) {
      auto kind = classify(header->length, payload.empty() ? -1 : payload[0]);
      if (kind == Kind::error) return {at, Stop::error_packet};
      if (kind == Kind::bad) return {at, Stop::malformed};
      if (kind == Kind::infile && refuse_infile_) return {at, Stop::infile_refused};
      if (kind != Kind::plain) {
        if (payload.size() < std::min<std::size_t>(header->length, kPrefix)) return {at, Stop::need_more};
        if (!judge(kind, payload)) return {at, Stop::malformed};
      }
      pending_ = kind;
      rows_ += state_ == State::rows && kind == Kind::plain;
    }
    started_ = true;
    sequence_ = static_cast<std::uint8_t>(header->sequence + sequence_delta_);
    input[at + 3] = sequence_;
    frames_.enter(*header);
    at += kFrameHeader;
    if (header->length != 0) continue;
    if (frames_.at_border()) {
      if (auto stop = on_packet_end(); stop != Stop::need_more) return {at, stop};
    }
  }
}

}  // namespace mogate::protocol
