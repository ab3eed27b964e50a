// What a client's text holds, as the gateway reads it. Pure: tested without a socket.
#pragma once

#include "protocol/error.h"
#include "rewrite/parser.h"
#include "rewrite/statement.h"

#include <optional>
#include <string_view>
#include <vector>

namespace mogate::proxy {

// One of the gateway's statements, or a stretch of native ones that goes out in one packet.
struct Piece {
  std::string_view text;  // a view into the text that was read
  std::optional<rewrite::Statement> ours;
};

struct Reading {
  std::vector<Piece> pieces;
  std::optional<protocol::SqlError> error;  // a statement of ours that doesn't parse: nothing may run
  bool several = false;                     // more than one statement
  bool only_sets = false;                   // each of them is a SET

  // Nothing of ours in it: to be forwarded byte for byte.
  bool plain() const { return !error && (pieces.empty() || (pieces.size() == 1 && !pieces[0].ours)); }
};

Reading read_statements(std::string_view text, const rewrite::ParseOptions& options);

// True if the reading depends on sql_mode, so that the session's has to be known.
bool depends_on_sql_mode(std::string_view text, const rewrite::ParseOptions& options);

}  // namespace mogate::proxy
