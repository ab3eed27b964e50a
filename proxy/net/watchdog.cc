#include "proxy/net/watchdog.h"

#include <cerrno>
#include <sys/timerfd.h>
#include <system_error>

namespace mogate::proxy {

Watchdog::Watchdog(Reactor& reactor) : timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
  itimerspec tick{};
  tick.it_value.tv_nsec = std::chrono::nanoseconds(kTick).count();
  tick.it_interval = tick.it_value;
  if (!timer_ || ::timerfd_settime(timer_.get(), 0, &tick, nullptr) != 0)
    throw std::system_error(errno, std::generic_category(), "timer");
  reactor.add(timer_.get(), *this);
}

void Watchdog::on_events(std::uint32_t /*events*/) {
  // An interval timer is started anew by being read (timerfd_create(2)).
  std::uint64_t ticks = 0;
  [[maybe_unused]] auto read = ::read(timer_.get(), &ticks, sizeof ticks);
  auto now = Clock::now();
  late_.clear();
  for (auto* readiness : watched_) {
    if (now >= readiness->deadline()) late_.push_back(readiness);
  }
  // A raised event runs its session at once, which may end it and others of the list.
  for (auto* readiness : late_) {
    if (watched_.contains(readiness)) readiness->tick(now);
  }
}

}  // namespace mogate::proxy
