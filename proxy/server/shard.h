// One thread with its event loop, its listening sockets and its sessions.
#pragma once

#include "proxy/server/shard_resources.h"
#include "proxy/server/shared.h"
#include "proxy/session/session.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <list>
#include <set>
#include <thread>

namespace mogate::proxy {

class Shard {
 public:
  explicit Shard(Shared& shared) : shared_(shared) {}

  // Binds `to`, or says why not. With port 0 the kernel chooses one, which is written back. Several shards
  // may bind the same address: the kernel spreads connections over them.
  std::optional<std::string> listen(boost::asio::ip::tcp::endpoint& to);
  void start();
  void join();

  // These three may be called from any thread.
  void stop_accepting();  // and end each session once no command runs on it
  void stop_sessions();
  void stop();  // the event loop; sessions that still run are dropped

  ShardResources& resources() { return resources_; }

 private:
  using Acceptor = boost::asio::ip::tcp::acceptor;

  boost::asio::awaitable<void> accept_from(Acceptor& acceptor);
  void welcome(Socket socket);
  Detached run_session(Socket socket);
  static void turn_away(Socket socket);

  Shared& shared_;
  ShardResources resources_;
  std::list<Acceptor> acceptors_;
  std::set<Session*> sessions_;
  std::thread thread_;
};

}  // namespace mogate::proxy
