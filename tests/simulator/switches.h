// Faults at named points, set by a test while the simulator runs (tests/e2e/lib/switches.py). A real
// MatrixOne has nothing of the kind: they are on a port of their own (control.h).
//
// Points: "login", "row" (before each row of a result), "load packet" (before each packet of LOAD DATA
// LOCAL), and every statement by the words that it begins with: "commit", "create snapshot", "data branch
// diff".
#pragma once

#include "tests/simulator/tokens.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace mogate::simulator {

struct ConnectionEntry;

struct Switch {
  std::string point;     // lower case
  std::string contains;  // what the statement's text has to contain, or empty
  bool after = false;    // when the statement is done, before it is answered
  std::string action;    // fail, stall, cut, down, exit
  std::uint16_t code = 0;
  std::string message;
  int milliseconds = 0;     // of a stall; 0: until it is released
  std::uint64_t skip = 0;   // hits that pass first
  std::uint64_t times = 1;  // then it acts so often; 0: for ever
};

class Switches {
 public:
  std::uint64_t add(Switch wanted);  // answers its id
  void remove(std::uint64_t id);     // 0: all; their stalls end
  void release();                    // ends all stalls; the switches stay

  bool any() const { return any_; }

  struct Report {
    std::uint64_t id = 0, hits = 0, acted = 0, stalled = 0;
  };
  std::vector<Report> reports();

  // Acts if a switch is set for the point: returns after a stall, throws Failure, Disconnected, or does not
  // return.
  void at(const ConnectionEntry& connection, std::string_view point);
  void at_statement(const ConnectionEntry& connection, const Statement& statement, bool after);

  std::function<void()> go_down;  // asks for it and returns; set once

 private:
  struct State : Switch {
    std::uint64_t id = 0, hits = 0, acted = 0, stalled = 0;
  };
  void act(const ConnectionEntry& connection, const std::string& key, std::string_view text, bool after);
  void stall(const ConnectionEntry& connection, std::uint64_t id, int milliseconds);
  State* find(std::uint64_t id);  // under the mutex

  std::atomic<bool> any_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t last_id_ = 0;
  std::uint64_t releases_ = 0;
  std::vector<State> states_;
};

}  // namespace mogate::simulator
