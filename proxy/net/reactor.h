// The event loop of one thread: epoll, edge-triggered (docs/decisions.md, "Own reactor").
//
// A socket is registered once, for everything, and costs no further system call: whoever reads or writes it
// remembers that it is ready until a call says otherwise.
#pragma once

#include "proxy/net/file_descriptor.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <sys/epoll.h>
#include <vector>

namespace mogate::proxy {

// Hears what happens on a descriptor: a mask of EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLHUP, EPOLLERR. May
// destroy itself and others while it is told.
class Pollable {
 public:
  virtual void on_events(std::uint32_t events) = 0;

 protected:
  Pollable() = default;
  Pollable(const Pollable&) = default;
  Pollable& operator=(const Pollable&) = default;
  ~Pollable() = default;
};

class Reactor {
 public:
  Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  // Tells `who` of each edge on `fd`, and first of what it is ready for already. Closing `fd` ends it.
  void add(int fd, Pollable& who);
  // Ends it for a descriptor whose socket another process has too: the kernel would go on telling of it.
  void remove(int fd, const Pollable& who);
  // To be called when `who` goes: what the kernel reported and nobody handled yet does not reach it.
  void forget(const Pollable& who);

  // Any thread: runs `task` on the thread of run().
  void post(std::function<void()> task);

  // Handles events and tasks until stop(). At most one thread, once.
  void run();
  // Any thread.
  void stop();

 private:
  // Wakes run() for what was posted. An edge comes with each write, so that nobody needs to read it.
  struct Bell final : Pollable {
    void on_events(std::uint32_t) override {}
  };
  void ring() const;
  void run_posted();

  FileDescriptor epoll_;
  FileDescriptor bell_fd_;
  Bell bell_;
  std::atomic<bool> stopped_{false};
  std::span<epoll_event> unhandled_;
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
};

}  // namespace mogate::proxy
