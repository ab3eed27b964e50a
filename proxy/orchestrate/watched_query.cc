#include "proxy/orchestrate/watched_query.h"

#include "proxy/orchestrate/killer.h"

#include <fmt/format.h>

namespace mogate::proxy {
namespace {

class Watch {
 public:
  Watch(SessionContext& context, QueryTerms terms) : c_(context), terms_(terms) {}

  // Until there is an answer to read, or none is to be waited for.
  Task<IoError> wait() {
    while (true) {
      bool deserted = terms_.steadfast && terms_.steadfast->operation.client_gone();
      auto events = co_await c_.readiness.wait(event::backend_read | (deserted ? 0 : event::client_gone));
      if (events & event::backend_read) co_return IoError{};
      if (events & event::client_gone) {
        if (!terms_.steadfast) co_return IoError{Side::client, IoFault::closed};
        note_desertion(c_, terms_.steadfast->operation);
        continue;
      }
      bool stopped = (events & event::stop) != 0;
      if (auto error = co_await end_statement(stopped)) co_return error;
    }
  }

  // What was killed because of these, and not by somebody else.
  std::string_view reason() const { return killed_because_; }

 private:
  // It is late, or the gateway ends. KILL QUERY lets the server say how it ended.
  Task<IoError> end_statement(bool stopped) {
    IoError end =
        stopped ? IoError{Side::gateway, IoFault::stopped} : IoError{Side::backend, IoFault::timed_out};
    bool may_kill =
        killed_because_.empty() && (stopped ? terms_.steadfast != nullptr : !terms_.limit_name.empty());
    if (stopped && terms_.steadfast) {
      terms_.steadfast->stopped = true;
      c_.readiness.clear(event::stop);
    }
    if (!may_kill || !co_await kill_query(c_.shared, c_.shard, c_.backend.greeting().connection_id))
      co_return end;
    killed_because_ =
        stopped ? "because the gateway ends" : "at [timeouts] " + std::string(terms_.limit_name);
    c_.readiness.set_deadline_in(stopped ? kLastMoments : kKillGrace);
    co_return IoError{};
  }

  SessionContext& c_;
  QueryTerms terms_;
  std::string killed_because_;
};

}  // namespace

void note_desertion(SessionContext& context, Operations::Running& operation) {
  operation.lost_client();
  // Its transaction must not stand in the way of what goes on beside it.
  if (context.aside != nullptr) context.aside->close();
}

Task<QueryResult> watched_query(SessionContext& context, std::string_view sql, QueryTerms terms) {
  context.readiness.set_deadline_in(terms.limit);
  Watch watch(context, terms);
  QueryResult failed;
  failed.io = co_await context.backend.send_query(sql);
  if (!failed.io) failed.io = co_await watch.wait();
  if (failed.io) co_return failed;
  auto result = co_await context.backend.read_answer();
  if (result.error && !watch.reason().empty())
    result.error->message += fmt::format(" (mogate: ended by KILL QUERY {})", watch.reason());
  co_return result;
}

}  // namespace mogate::proxy
