// Accepts connections and gives each a thread.
#pragma once

#include "tests/simulator/world.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace mogate::simulator {

class Server {
 public:
  explicit Server(World& world);  // throws std::runtime_error when it cannot listen
  ~Server();                      // ends all connections
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const { return port_; }

 private:
  void accept_loop();
  void serve(int fd);
  void run_session(int fd);
  void end_connections();

  World& world_;
  int listener_ = -1;
  int port_ = 0;
  std::mutex mutex_;
  std::condition_variable gone_;
  int active_ = 0;
  std::thread acceptor_;
};

}  // namespace mogate::simulator
