// Which MatrixOne the simulator looks like.
#pragma once

#include <string>

namespace mogate::simulator {

enum class Generation { v2_2, v3_0, v4_2 };

inline std::string server_version(Generation g) {
  switch (g) {
    // A 2.2.2 says so (FINDINGS_2.2).
    case Generation::v2_2: return "8.0.30-MatrixOne-v2.2.0-simulator";
    case Generation::v3_0: return "8.0.30-MatrixOne-v3.0.12-simulator";
    case Generation::v4_2: break;
  }
  return "8.0.30-MatrixOne-v4.2.0-simulator";
}

struct Options {
  Generation generation = Generation::v4_2;
  std::string data;  // made if missing; each account's files are below it
  int port = 0;
  std::string password = "111";       // of sys:root and sys:dump
  bool crash_on_empty_packet = true;  // as the real one does (FINDINGS, trap 1)
  // CDC, in milliseconds. A real one looks every 200, takes 1000 to 20000 for a change of state, and gives up
  // on its sink after 13000 to 20000.
  int cdc_poll = 20;
  int cdc_delay = 100;
  int cdc_outage = 2000;

  // CCPR, in milliseconds: between two cycles, and between two looks whether the upstream has flushed.
  int ccpr_cycle = 10'000;
  int ccpr_flush_poll = 60'000;

  bool v4() const { return generation == Generation::v4_2; }
};

}  // namespace mogate::simulator
