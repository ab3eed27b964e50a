// Lines in a file, written by a thread of its own, so that whoever has something to say never waits for a
// disk.
#pragma once

#include "proxy/net/file_descriptor.h"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace mogate::proxy {

class LineFile {
 public:
  struct Settings {
    std::string path;
    std::uint64_t max_bytes = 100U << 20;  // a file that would grow beyond is renamed to path.1 …
    unsigned keep = 10;                    // so many of those are kept; 0: the file begins anew
    std::size_t queue_bytes = 16U << 20;   // what may wait; more is dropped
  };
  // The line that stands where `lost` lines are missing.
  using Gap = std::function<std::string(std::uint64_t lost)>;

  LineFile(Settings settings, Gap gap) : settings_(std::move(settings)), gap_(std::move(gap)) {}
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;
  // Writes what waits.
  ~LineFile();

  // Opens the file, of mode 0600, and begins to write. Says why it cannot.
  std::optional<std::string> start();
  // Any thread; blocks for nothing but another one's call of it. `line` without its end.
  void write(std::string line);
  // Opens the file anew, for those who have renamed it.
  void reopen();
  // Another process writes the same file from now on, and is the one that renames it.
  void share() { shared_ = true; }

  std::uint64_t written() const { return written_; }
  // For want of room in the queue or on the disk.
  std::uint64_t dropped() const { return dropped_; }

 private:
  void run();
  std::string open();
  void write_batch(const std::string& lines, std::uint64_t count);
  bool put(const std::string& text);
  void rotate();
  void fail(const char* what);

  const Settings settings_;
  const Gap gap_;
  std::atomic<std::uint64_t> written_{0}, dropped_{0};
  std::atomic<bool> shared_{false};
  std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  std::string waiting_;
  std::uint64_t waiting_lines_ = 0;
  bool reopen_ = false, stopping_ = false;
  // Of the thread.
  std::thread thread_;
  FileDescriptor file_;
  std::uint64_t size_ = 0;
  std::uint64_t told_lost_ = 0;  // of dropped_, told in the file
  bool failing_ = false;
};

}  // namespace mogate::proxy
