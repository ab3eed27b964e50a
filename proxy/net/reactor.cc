#include "proxy/net/reactor.h"

#include <array>
#include <cerrno>
#include <sys/eventfd.h>
#include <system_error>

namespace mogate::proxy {
namespace {

constexpr std::size_t kBatch = 128;

FileDescriptor checked(int fd) {
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "event loop");
  return FileDescriptor(fd);
}

}  // namespace

Reactor::Reactor()
    : epoll_(checked(::epoll_create1(EPOLL_CLOEXEC))),
      bell_fd_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))) {
  add(bell_fd_.get(), bell_);
}

void Reactor::add(int fd, Pollable& who) {
  epoll_event wanted{};
  wanted.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  wanted.data.ptr = &who;
  // Out of kernel memory: to its owner the socket is broken.
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &wanted) != 0) who.on_events(EPOLLERR | EPOLLHUP);
}

void Reactor::remove(int fd, const Pollable& who) {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  forget(who);
}

void Reactor::forget(const Pollable& who) {
  for (auto& event : unhandled_) {
    if (event.data.ptr == &who) event.data.ptr = nullptr;
  }
}

void Reactor::ring() const {
  const std::uint64_t one = 1;
  // Only a full counter makes it fail, and then it rings anyway.
  [[maybe_unused]] auto written = ::write(bell_fd_.get(), &one, sizeof one);
}

void Reactor::post(std::function<void()> task) {
  {
    std::lock_guard lock(mutex_);
    posted_.push_back(std::move(task));
  }
  ring();
}

void Reactor::stop() {
  stopped_ = true;
  ring();
}

void Reactor::run_posted() {
  std::vector<std::function<void()>> tasks;
  {
    std::lock_guard lock(mutex_);
    tasks.swap(posted_);
  }
  for (auto& task : tasks) task();
}

void Reactor::run() {
  std::array<epoll_event, kBatch> events;
  while (!stopped_) {
    int n = ::epoll_wait(epoll_.get(), events.data(), kBatch, -1);
    bool rung = false;
    unhandled_ = std::span(events).first(n > 0 ? static_cast<std::size_t>(n) : 0);
    while (!unhandled_.empty()) {
      auto event = unhandled_.front();
      unhandled_ = unhandled_.subspan(1);
      auto* who = static_cast<Pollable*>(event.data.ptr);
      rung = rung || who == &bell_;
      if (who) who->on_events(event.events);
    }
    if (rung) run_posted();
  }
}

}  // namespace mogate::proxy
