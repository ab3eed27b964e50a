// One client from accept to close.
#pragma once

#include "proxy/session/commands.h"

namespace mogate::proxy {

class Session {
 public:
  Session(Shared& shared, ShardResources& shard, FileDescriptor client);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Runs until either side or the gateway ends it; both sockets are closed then.
  Task<void> run();

  // Ends it as soon as no command runs and no transaction is open. Only on the session's own thread.
  void drain();
  // Ends it now.
  void stop() { c_.readiness.raise(event::stop); }

 private:
  Task<MaybeEnd> serve();
  Task<MaybeEnd> next_command();
  Task<MaybeEnd> log_in();
  Task<MaybeEnd> log_in_anew(NewLogin next);
  Task<MaybeEnd> wait_for_bytes();
  Task<MaybeEnd> hear_idle_backend();
  Task<void> farewell(const SessionEnd& end);
  Task<void> let_client_read();
  Task<void> kill_orphan(const SessionEnd& end);
  void enter(SessionState state) { c_.entry->state.store(state, std::memory_order_relaxed); }

  SessionContext c_;
  Watched watched_;
  bool draining_ = false;
};

}  // namespace mogate::proxy
