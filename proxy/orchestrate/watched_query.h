// One statement of the gateway's, while the client, the deadline and the gateway's own end are watched.
#pragma once

#include "proxy/session/context.h"

#include <string_view>

namespace mogate::proxy {

// Of a plan that changes something, which therefore runs to its end, or is undone, whatever happens
// meanwhile.
struct Steadfast {
  Operations::Running& operation;
  bool stopped = false;  // the gateway ends: nothing further may be begun
};

// The client of a plan that goes on is gone.
void note_desertion(SessionContext& context, Operations::Running& operation);

struct QueryTerms {
  Clock::duration limit;
  std::string_view limit_name = {};  // its key in [timeouts]; not empty: KILL QUERY ends what is late
  // Null: a client that vanishes, and the gateway's end, end the session.
  Steadfast* steadfast = nullptr;
};

// Runs `sql` on the session's backend connection. IoFault::timed_out: it is late, and may still run.
Task<QueryResult> watched_query(SessionContext& context, std::string_view sql, QueryTerms terms);

}  // namespace mogate::proxy
