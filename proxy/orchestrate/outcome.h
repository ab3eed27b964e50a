// What became of one statement of the gateway's.
#pragma once

#include "proxy/session/context.h"
#include "rewrite/statement_run.h"

#include <utility>

namespace mogate::proxy {

struct Outcome : rewrite::Result {
  MaybeEnd end;           // the session is over
  bool deserted = false;  // it ran to its end, but the client is gone

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
