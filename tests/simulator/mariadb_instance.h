// One small mariadbd: made from a template data directory, started, stopped.
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace mogate::simulator {

// Starts child processes on one thread that lives as long as the process: Linux sends a child its
// parent-death signal when the thread that forked it ends, so no mariadbd outlives the simulator.
class Spawner {
 public:
  Spawner();
  ~Spawner();
  // Runs the program with stdout and stderr appended to `log`; gives its pid.
  pid_t spawn(std::vector<std::string> arguments, const std::filesystem::path& log);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  bool stopping_ = false;
  std::thread thread_;
};

class MariadbInstance {
 public:
  // Copies `template_dir` to `dir`/data and starts a server there; returns when it accepts connections.
  MariadbInstance(Spawner& spawner, const std::filesystem::path& template_dir, std::filesystem::path dir,
                  const std::string& server_version);
  ~MariadbInstance();
  MariadbInstance(const MariadbInstance&) = delete;
  MariadbInstance& operator=(const MariadbInstance&) = delete;

  const std::string& socket_path() const { return socket_; }
  pid_t pid() const { return pid_; }

  // Makes the data directory that instances are copied from.
  static void make_template(Spawner& spawner, const std::filesystem::path& dir);

 private:
  void wait_until_ready();
  void kill_and_wait();

  std::filesystem::path dir_;
  std::string socket_;
  pid_t pid_ = -1;
};

}  // namespace mogate::simulator
