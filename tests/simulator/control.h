// The port on which a test sets switches. A command is a line of words separated by tabs, its answer too:
//   set point=… action=fail|stall|cut|down|exit [code=] [message=] [ms=] [skip=] [times=] [contains=]
//   [after=1]
//       -> ok <id>
//   state -> ok up|down
//   remove <id|0> | release | down | up -> ok
//   report -> ok <id>:<hits>:<acted>:<stalled> …
// `down` cuts all connections and refuses new ones until `up`; what was committed stays, as with a server
// that is killed and started again.
#pragma once

#include "tests/simulator/server.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace mogate::simulator {

class Control {
 public:
  Control(World& world, Server& server);  // throws std::runtime_error when it cannot listen
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  int port() const { return port_; }

 private:
  void accept_loop();
  void serve(int fd);
  std::string answer(const std::string& line);
  void down_loop();

  World& world_;
  Server& server_;
  int listener_ = -1;
  int port_ = 0;
  std::mutex mutex_;
  std::condition_variable wanted_;
  bool down_wanted_ = false;
  bool ending_ = false;
  std::thread acceptor_;
  std::thread downer_;
};

}  // namespace mogate::simulator
