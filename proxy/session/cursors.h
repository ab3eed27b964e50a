// Server-side cursors (COM_STMT_EXECUTE with a cursor, COM_STMT_FETCH), which MatrixOne lacks (NATIVE.md 6).
//
// The statement runs without one, and its rows stay unread on the backend's socket while the client only
// fetches: back-pressure holds them there. When the client wants something else of the backend in between,
// they are moved into a spool first.
#pragma once

#include "protocol/row_stream.h"
#include "proxy/session/relay.h"
#include "proxy/session/spool.h"

#include <optional>
#include <unordered_map>

namespace mogate::proxy {

class Cursors {
 public:
  Cursors(SessionContext& context, Relay& relay) : c_(context), relay_(relay) {}

  // Whether this class has to do it, rather than the backend. MatrixOne is asked once for each version: that
  // needs make_way() before.
  Task<MaybeEnd> need_emulation(bool& needed);
  // Runs the COM_STMT_EXECUTE at the head of the request buffer, from which the wish for a cursor was taken,
  // and opens one if it gives rows.
  Task<MaybeEnd> execute(std::uint32_t statement_id);
  // Answers COM_STMT_FETCH.
  Task<MaybeEnd> fetch(std::uint32_t statement_id, std::uint32_t rows);
  // Forgets the statement's cursor, with what it has not given out.
  Task<MaybeEnd> close(std::uint32_t statement_id);
  // Frees the backend for another command.
  Task<MaybeEnd> make_way();
  // Forgets all of them; only after make_way().
  void forget() { cursors_.clear(); }

 private:
  struct Cursor {
    explicit Cursor(protocol::Capabilities caps) : rows(caps) {}
    protocol::RowStream rows;
    std::optional<Spool> spool;  // none: its rows are still to be read from the backend
    bool overflowed = false;     // rows were lost: it can only end in an error
  };

  Task<MaybeEnd> probe(bool& has_cursors);
  Task<MaybeEnd> open(std::uint32_t statement_id, std::uint64_t columns);
  Task<MaybeEnd> fetch_live(Cursor& cursor, bool& closed);
  Task<MaybeEnd> fetch_spooled(Cursor& cursor, bool& closed);
  Task<MaybeEnd> end_part(std::uint8_t sequence, std::uint16_t cursor_status);
  Task<MaybeEnd> give_error(std::uint8_t sequence, std::string_view payload);
  Task<MaybeEnd> drain_live(Cursor& cursor);
  void keep(Cursor& cursor, std::span<const std::uint8_t> bytes);
  void backend_is_free();

  SessionContext& c_;
  Relay& relay_;
  std::unordered_map<std::uint32_t, Cursor> cursors_;
  std::optional<std::uint32_t> live_;  // whose rows the backend is sending
};

}  // namespace mogate::proxy
