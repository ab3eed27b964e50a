#include "proxy/net/watchdog.h"

namespace mogate::proxy {

void Watchdog::start() {
  timer_.expires_after(kTick);
  timer_.async_wait([this](const boost::system::error_code& ec) {
    if (ec) return;
    look();
    start();
  });
}

void Watchdog::look() {
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
