// What became of one statement of the gateway's.
#pragma once

#include "proxy/session/context.h"
#include "rewrite/plan.h"

#include <optional>
#include <string>
#include <vector>

namespace mogate::proxy {

struct Outcome {
  enum class Kind : std::uint8_t { ok, rows, forward } kind = Kind::ok;
  MaybeEnd end;                             // the session is over
  std::optional<protocol::SqlError> error;  // goes to the client
  std::vector<rewrite::ColumnSpec> columns;
  rewrite::Rows rows;
  std::string forward_text;  // forward: what to send instead of the client's text; empty: as it came
  std::string info;          // of the OK packet

  static Outcome failed(protocol::SqlError e) {
    Outcome o;
    o.error = std::move(e);
    return o;
  }
  static Outcome ended(SessionEnd e) {
    Outcome o;
    o.end = std::move(e);
    return o;
  }
};

}  // namespace mogate::proxy
