// Follows a server's answer to one command through the byte stream, so that a relay knows where it ends
// without assembling packets: it looks at each packet's length and first byte, and at the first bytes of the
// few packets that carry counts or status flags.
#pragma once

#include "protocol/constants.h"
#include "protocol/frame.h"
#include "protocol/messages.h"

#include <cstdint>
#include <span>

namespace mogate::protocol {

class ResponseTracker {
 public:
  enum class Stop : std::uint8_t {
    need_more,       // show the unconsumed rest again with more bytes behind it
    done,            // the answer is complete
    error_packet,    // an ERR packet is at the head of the unconsumed rest: take it out, then call
                     // error_taken()
    local_infile,    // consumed a LOCAL INFILE request: relay the client's packets, then go on with resume()
    infile_refused,  // a LOCAL INFILE request is at the head of the rest: take it out, answer it, then
                     // resume()
    client_turn,     // consumed an AuthSwitch or AuthMoreData: relay one client packet, then go on
    malformed,       // the server sent what cannot be an answer to this command
  };
  struct Progress {
    std::size_t bytes = 0;  // consumed: may be forwarded
    Stop stop = Stop::need_more;
  };

  ResponseTracker() = default;
  // `caps` are those agreed on with the server.
  ResponseTracker(Command command, Capabilities caps);

  // False for the commands that a server never answers (QUIT, STMT_CLOSE, STMT_SEND_LONG_DATA).
  static bool expects_answer(Command command) noexcept;
  Command command() const { return command_; }

  // From now on every sequence number is shifted, in place, by `delta`, and the packet that ends the answer
  // gets MORE_RESULTS: for an answer that becomes one of several.
  void renumber(std::uint8_t delta, bool force_more_results) {
    sequence_delta_ = delta;
    force_more_results_ = force_more_results;
    rewrites_ = delta != 0 || force_more_results;
  }

  // For clients that did not offer LOCAL_FILES: MatrixOne asks them all the same (FINDINGS, handshake).
  void refuse_local_infile() { refuse_infile_ = true; }

  // The sequence number that the client sees for the backend's.
  std::uint8_t shifted(std::uint8_t sequence) const {
    return static_cast<std::uint8_t>(sequence + sequence_delta_);
  }

  // Of the packet that the client sends in the middle of the answer, as the backend expects it.
  std::uint8_t next_from_client() const { return static_cast<std::uint8_t>(sequence_ - sequence_delta_ + 1); }

  Progress consume(std::span<std::uint8_t> input);
  // The ERR packet was taken out of the stream by the owner: the answer is complete.
  void error_taken() { state_ = State::done; }
  // The client's part of LOCAL INFILE is over.
  void resume() { state_ = State::first; }

  // Of the last packet that ended a result, not of the EOF behind column definitions: MatrixOne sets the
  // transaction bit there in every state (FINDINGS, handshake). Answers like a prepare's have no status.
  std::uint16_t status() const { return status_; }
  bool has_status() const { return has_status_; }
  std::uint8_t last_sequence() const { return sequence_; }
  const PrepareOk& prepare_ok() const { return prepare_; }
  std::uint64_t affected_rows() const { return affected_; }
  // Of all results so far.
  std::uint64_t rows() const { return rows_; }
  bool finished() const { return state_ == State::done; }
  // Not inside a packet: what was consumed so far ends with a whole one.
  bool at_border() const { return frames_.at_border(); }
  // Any byte of the answer was consumed: too late for another answer.
  bool started() const { return started_; }

 private:
  enum class State : std::uint8_t {
    first,
    columns,
    columns_end,
    rows,
    params,
    params_end,
    one_packet,
    auth,
    done
  };
  enum class Kind : std::uint8_t {
    plain,
    ok,
    end,
    column_count,
    columns_end,
    prepare,
    infile,
    auth,
    error,
    bad
  };

  Kind classify(std::uint32_t length, int first) const;
  Kind classify_first(std::uint32_t length, int first) const;
  bool judge(Kind kind, std::span<std::uint8_t> payload);
  bool read_flags(Bytes payload, std::size_t at, Capabilities with_status);
  bool on_final_status(std::span<std::uint8_t> payload, std::size_t at, Capabilities with_status);
  void on_prepare(Bytes payload);
  void count_definition();
  void after_columns();
  Stop on_packet_end();
  std::size_t skip_rows(std::span<std::uint8_t> input, std::size_t at);

  Command command_ = Command::query;
  Capabilities caps_ = 0;
  State state_ = State::done;
  Kind pending_ = Kind::plain;  // of the packet being skipped
  FrameCursor frames_;
  bool rewrites_ = false;
  bool force_more_results_ = false;
  bool started_ = false;
  bool refuse_infile_ = false;
  bool client_turn_ = false;  // the authentication packet being skipped asks the client for one
  std::uint8_t sequence_delta_ = 0;
  std::uint8_t sequence_ = 0;
  std::uint16_t flags_ = 0;   // of the last packet that has any
  std::uint16_t status_ = 0;  // of the last packet that ended a result
  bool has_status_ = false;
  std::uint64_t left_ = 0;  // definitions still to come
  std::uint64_t affected_ = 0;
  std::uint64_t rows_ = 0;
  PrepareOk prepare_;
};

}  // namespace mogate::protocol
