// Builds what a server answers to a command, and shows it to a ResponseTracker at every cut.
#pragma once

#include "protocol/response_tracker.h"
#include "unit/protocol/support.h"

#include <string>
#include <string_view>
#include <vector>

namespace mogate::protocol::test {

inline constexpr Capabilities kOldEof = cap::protocol_41 | cap::transactions;
inline constexpr Capabilities kNewEof = kOldEof | cap::deprecate_eof;

// One answer's packets. The first has sequence 1, as after a command of one frame.
class Answer {
 public:
  explicit Answer(Capabilities caps) : caps_(caps) {}

  Answer& raw(std::string_view payload) {
    append_packet(bytes_, as_bytes(payload), sequence_);
    return *this;
  }
  Answer& hex(std::string_view digits) { return raw(unhex(digits)); }
  Answer& ok(std::uint16_t status = status::autocommit, std::uint64_t affected = 0) {
    std::string payload;
    write_ok(payload, {.affected_rows = affected, .status = status}, caps_);
    return raw(payload);
  }
  Answer& eof(std::uint16_t status = status::autocommit) {
    std::string payload;
    write_eof(payload, {.warnings = 0, .status = status}, caps_);
    return raw(payload);
  }
  // The end of rows in the way of the capabilities.
  Answer& end(std::uint16_t status = status::autocommit) {
    std::string payload;
    write_result_end(payload, {.warnings = 0, .status = status}, caps_);
    return raw(payload);
  }
  Answer& error(std::uint16_t code = errc::query_interrupted) {
    std::string payload;
    write_err(payload, {code, "interrupted", "70100"}, caps_);
    return raw(payload);
  }
  Answer& definition(std::string_view name = "a") {
    std::string payload;
    write_column(payload, {.name = name, .type = 253});
    return raw(payload);
  }
  Answer& definitions(std::size_t count) {
    while (count-- != 0) definition();
    return *this;
  }
  // The count, the definitions, and the EOF behind them unless the capabilities leave it out. MatrixOne's has
  // the transaction bit in every state.
  Answer& columns(std::size_t count, std::uint16_t status = status::autocommit | status::in_transaction) {
    std::string payload;
    ByteWriter(payload).lenenc_int(count);
    raw(payload).definitions(count);
    return separator(status);
  }
  Answer& separator(std::uint16_t status = status::autocommit) {
    return caps_ & cap::deprecate_eof ? *this : eof(status);
  }
  Answer& row(const std::vector<CellView>& cells) {
    std::string payload;
    write_text_row(payload, cells);
    return raw(payload);
  }
  Answer& binary_row(std::string_view text) {
    std::string payload;
    write_binary_row(payload, {253}, {text});
    return raw(payload);
  }
  Answer& prepared(std::uint16_t columns, std::uint16_t params) {
    std::string payload;
    write_prepare_ok(payload, {7, columns, params, 0});
    return raw(payload);
  }

  const std::string& bytes() const { return bytes_; }
  std::uint8_t last_sequence() const { return static_cast<std::uint8_t>(sequence_ - 1); }

 private:
  Capabilities caps_;
  std::string bytes_;
  std::uint8_t sequence_ = 1;
};

// The stream in two pieces at every place, and byte by byte: `check(tracker, relayed, where)` each time.
template <class Make, class Check>
void at_every_cut(std::string_view stream, Make make_tracker, Check check) {
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    ResponseTracker tracker = make_tracker();
    Relay relay(tracker);
    relay.feed(stream.substr(0, cut));
    relay.feed(stream.substr(cut));
    SCOPED_TRACE("cut at " + std::to_string(cut));
    check(tracker, relay.relayed());
  }
  ResponseTracker tracker = make_tracker();
  Relay relay(tracker);
  for (char c : stream) relay.feed({&c, 1});
  SCOPED_TRACE("byte by byte");
  check(tracker, relay.relayed());
}

}  // namespace mogate::protocol::test
