// One client from accept to close.
#pragma once

#include "proxy/session/commands.h"

namespace mogate::proxy {

class Session {
 public:
  Session(Shared& shared, ShardResources& shard, Socket client);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Runs until either side or the gateway ends it; both sockets are closed then.
  Awaitable<void> run();

  // Ends it as soon as no command runs. Only on the session's own thread.
  void drain();
  // Ends it now.
  void stop() { c_.readiness.raise(event::stop); }

 private:
  Awaitable<MaybeEnd> serve();
  Awaitable<MaybeEnd> next_command();
  Awaitable<MaybeEnd> wait_for_bytes();
  Awaitable<MaybeEnd> hear_idle_backend();
  Awaitable<void> farewell(const SessionEnd& end);
  Awaitable<void> let_client_read();
  Awaitable<void> kill_orphan(const SessionEnd& end);
  void enter(SessionState state) { c_.entry->state.store(state, std::memory_order_relaxed); }

  SessionContext c_;
  Watched watched_;
  bool draining_ = false;
};

}  // namespace mogate::proxy
