// Accepts connections and gives each a thread.
#pragma once

#include "tests/simulator/world.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace mogate::simulator {

// Sockets on 127.0.0.1; 0 takes any port. Throws std::runtime_error.
int listen_on_loopback(int port);
int port_of(int listener);

class Server {
 public:
  explicit Server(World& world);  // throws std::runtime_error when it cannot listen
  ~Server();                      // ends all connections
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const { return port_; }

  // As if the process had been killed: connections are cut, new ones refused. Then as if it had been started
  // again with its data. Any thread that is no session's.
  void down();
  void up();
  bool is_down();  // all connections have ended

 private:
  void accept_loop();
  void serve(int fd);
  void run_session(int fd);
  void end_connections();

  World& world_;
  int listener_ = -1;
  int port_ = 0;
  std::mutex state_mutex_;  // of down() and up()
  std::mutex mutex_;
  std::condition_variable gone_;
  int active_ = 0;
  std::thread acceptor_;
};

}  // namespace mogate::simulator
