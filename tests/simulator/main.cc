// mogate_simulator: looks like a MatrixOne to its clients, for tests and the demo (DESIGN 9).
#include "tests/simulator/control.h"
#include "tests/simulator/failure.h"
#include "tests/simulator/server.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <signal.h>
#include <stdexcept>

namespace {

using namespace mogate::simulator;

constexpr char kUsage[] =
    "usage: mogate_simulator --data DIR [--port N] [--generation 4.2|3.0|2.2] [--password TEXT]\n"
    "                        [--cdc-poll MS] [--cdc-delay MS] [--cdc-outage MS]\n"
    "                        [--ccpr-cycle MS] [--ccpr-flush-poll MS]\n";

Generation generation(const std::string& text) {
  if (text == "4.2") return Generation::v4_2;
  if (text == "3.0") return Generation::v3_0;
  if (text == "2.2") return Generation::v2_2;
  throw std::runtime_error("unknown generation " + text);
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    std::string name = argv[i];
    if (i + 1 == argc) throw std::runtime_error(name + " needs a value");
    std::string value = argv[i + 1];
    if (name == "--data")
      options.data = value;
    else if (name == "--port")
      options.port = std::stoi(value);
    else if (name == "--generation")
      options.generation = generation(value);
    else if (name == "--password")
      options.password = value;
    else if (name == "--cdc-poll")
      options.cdc_poll = std::stoi(value);
    else if (name == "--cdc-delay")
      options.cdc_delay = std::stoi(value);
    else if (name == "--cdc-outage")
      options.cdc_outage = std::stoi(value);
    else if (name == "--ccpr-cycle")
      options.ccpr_cycle = std::stoi(value);
    else if (name == "--ccpr-flush-poll")
      options.ccpr_flush_poll = std::stoi(value);
    else
      throw std::runtime_error("unknown option " + name);
  }
  if (options.data.empty()) throw std::runtime_error("--data is missing");
  return options;
}

// Signals are waited for, not handled: blocked before the first thread starts.
sigset_t block_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

void run(const Options& options) {
  auto signals = block_signals();
  World world(options);
  Server server(world);
  Control control(world, server);
  std::printf("switches on 127.0.0.1:%d\n", control.port());
  std::printf("listening on 127.0.0.1:%d\n", server.port());
  std::fflush(stdout);
  int signal = 0;
  ::sigwait(&signals, &signal);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  try {
    options = parse(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "mogate_simulator: %s\n%s", e.what(), kUsage);
    return 2;
  }
  try {
    run(options);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "mogate_simulator: %s\n", e.what());
    return 1;
  } catch (const Failure& f) {
    std::fprintf(stderr, "mogate_simulator: %s\n", f.error.message.c_str());
    return 1;
  }
  return 0;
}
