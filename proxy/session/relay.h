// The forwarding fast path (DESIGN 2): commands and answers stream through as they came, with only packet
// headers and first bytes read. Not reading again before the write is done is all the back-pressure there is.
#pragma once

#include "protocol/response_tracker.h"
#include "proxy/session/context.h"

#include <functional>

namespace mogate::proxy {

class Relay {
 public:
  explicit Relay(SessionContext& context) : c_(context) {}

  // Watches the payload of a command while it streams; an error ends the command: the backend leg is dropped
  // and the client gets the error.
  using Inspector = std::function<std::optional<protocol::SqlError>(std::string_view piece, bool last)>;

  // Sends the packet at the head of the request buffer, however long it is. `inspect` must outlive the call.
  Task<MaybeEnd> forward_command(const Inspector* inspect = nullptr);
  // Takes a command that is not to be forwarded out of the client's stream.
  Task<MaybeEnd> swallow_command();
  // Answers a command with an ERR of the gateway's.
  Task<MaybeEnd> answer_error(const protocol::SqlError& error);
  // The same, if the command has an answer at all.
  Task<MaybeEnd> answer_error_to(protocol::Command command, const protocol::SqlError& error);
  // Sends a packet of the client's that was gathered, frame header included.
  Task<MaybeEnd> send_packet(std::string_view packet);
  // Sends a command that the gateway put together.
  Task<MaybeEnd> send_command(protocol::Command command, std::string_view payload);

  // Streams the backend's answer, of which some may be in its buffer already, to the client until `tracker`
  // says that it is complete. The client is watched meanwhile; if it vanishes the session ends.
  Task<MaybeEnd> relay_answer(protocol::ResponseTracker& tracker);
  // The last answer ended in an ERR packet.
  bool failed() const { return failed_; }

  // Waits for further bytes of a packet of the client's; they are in the request buffer then.
  Task<MaybeEnd> read_client();
  // Waits for further bytes of the answer; they are in the backend's buffer then. The client is watched.
  Task<MaybeEnd> read_backend();
  // Waits until the packet at the head of the backend's buffer is there whole. Not for rows: a longer one
  // than the buffer is malformed.
  Task<MaybeEnd> packet_in_buffer();
  // The same, and takes its payload out.
  Task<MaybeEnd> take_packet(std::string& payload);
  // The status flags of the packet that ended a result.
  void note_result_end(std::string_view payload);

 private:
  Task<MaybeEnd> statement_is_late();
  Task<MaybeEnd> step(protocol::ResponseTracker& tracker, bool& done);
  Task<MaybeEnd> take_error(protocol::ResponseTracker& tracker);
  Task<MaybeEnd> relay_infile(std::uint8_t sequence);
  Task<MaybeEnd> refuse_infile(protocol::ResponseTracker& tracker);
  Task<MaybeEnd> relay_client_packet(bool& empty, std::uint8_t& sequence, const Inspector* inspect);

  SessionContext& c_;
  bool failed_ = false;
  bool late_ = false;  // the statement was killed for being late
  std::uint64_t streamed_ = 0;
};

}  // namespace mogate::proxy
