// One thread with its event loop, its listening sockets and its sessions.
#pragma once

#include "proxy/server/listener.h"
#include "proxy/server/shard_resources.h"
#include "proxy/server/shared.h"
#include "proxy/session/session.h"

#include <functional>
#include <list>
#include <set>
#include <thread>

namespace mogate::proxy {

class Shard {
 public:
  explicit Shard(Shared& shared) : shared_(shared) {}

  // Listener::open() for one more address, whose clients this shard serves.
  std::optional<std::string> listen(Endpoint& to);
  // The same, with `welcome` to say where they are served.
  std::optional<std::string> listen(Endpoint& to, Listener::Welcome welcome);
  // Any thread: serves this client.
  void take(FileDescriptor socket);
  void start();
  void join();

  // These four may be called from any thread.
  void leave_listeners(std::function<void()> done);  // to another process; sessions go on
  void stop_accepting();                             // and end each session once nothing runs on it
  void stop_sessions();
  void stop();  // the event loop; sessions that still run are dropped

  ShardResources& resources() { return resources_; }

 private:
  Detached accept_after_shortage();
  void welcome(FileDescriptor socket);
  Detached run_session(FileDescriptor socket);
  static void turn_away(const FileDescriptor& socket, const protocol::SqlError& why);

  Shared& shared_;
  ShardResources resources_;
  std::list<Listener> listeners_;
  Readiness accept_pause_;
  std::set<Session*> sessions_;
  std::thread thread_;
};

}  // namespace mogate::proxy
