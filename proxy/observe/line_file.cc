#include "proxy/observe/line_file.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <utility>

namespace mogate::proxy {

LineFile::~LineFile() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

std::optional<std::string> LineFile::start() {
  if (auto error = open(); !error.empty()) return fmt::format("{}: {}", settings_.path, error);
  thread_ = std::thread([this] { run(); });
  return std::nullopt;
}

void LineFile::write(std::string line) {
  {
    std::lock_guard lock(mutex_);
    if (waiting_.size() + line.size() >= settings_.queue_bytes) {
      dropped_++;
      return;
    }
    waiting_.append(line) += '\n';
    ++waiting_lines_;
  }
  changed_.notify_one();
}

void LineFile::reopen() {
  {
    std::lock_guard lock(mutex_);
    reopen_ = true;
  }
  changed_.notify_one();
}

void LineFile::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || reopen_ || !waiting_.empty(); });
    bool ends = stopping_;
    bool anew = std::exchange(reopen_, false);
    auto lines = std::exchange(waiting_, {});
    auto count = std::exchange(waiting_lines_, 0);
    lock.unlock();
    if (anew) {
      if (auto error = open(); !error.empty()) fail(error.c_str());
    }
    if (!lines.empty()) write_batch(lines, count);
    lock.lock();
    if (ends && waiting_.empty()) return;
  }
}

// Empty, or why not. Then the file of before goes on.
std::string LineFile::open() {
  FileDescriptor fresh(::open(settings_.path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  if (!fresh) return std::strerror(errno);
  struct stat is {};
  size_ = ::fstat(fresh.get(), &is) == 0 ? static_cast<std::uint64_t>(is.st_size) : 0;
  file_ = std::move(fresh);
  return {};
}

void LineFile::write_batch(const std::string& lines, std::uint64_t count) {
  if (shared_)
    open();  // it may be another one by now; else the file of before goes on
  else if (size_ != 0 && size_ + lines.size() > settings_.max_bytes)
    rotate();
  // What was dropped came before these lines, or among them.
  auto lost = dropped_ - told_lost_;
  auto text = lost == 0 ? std::string() : gap_(lost) + '\n';
  if (put(text + lines)) {
    written_ += count;
    told_lost_ += lost;
  } else {
    dropped_ += count;
  }
}

// All of it or nothing.
bool LineFile::put(const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    auto n = ::write(file_.get(), text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      fail(std::strerror(errno));
      // Half a line would be taken for one.
      if (done != 0 && !shared_ && ::ftruncate(file_.get(), static_cast<off_t>(size_)) != 0) size_ += done;
      return false;
    }
    done += static_cast<std::size_t>(n);
  }
  size_ += done;
  if (std::exchange(failing_, false)) spdlog::warn("{} is written again", settings_.path);
  return true;
}

void LineFile::rotate() {
  auto name = [this](unsigned n) { return fmt::format("{}.{}", settings_.path, n); };
  for (unsigned n = settings_.keep; n > 1; --n) ::rename(name(n - 1).c_str(), name(n).c_str());
  bool moved = settings_.keep != 0 ? ::rename(settings_.path.c_str(), name(1).c_str()) == 0
                                   : ::truncate(settings_.path.c_str(), 0) == 0;
  std::string error = moved ? open() : std::strerror(errno);
  if (!error.empty()) fail(error.c_str());
}

// Once, until it goes well again.
void LineFile::fail(const char* what) {
  if (!std::exchange(failing_, true)) spdlog::error("{} cannot be written: {}", settings_.path, what);
}

}  // namespace mogate::proxy
