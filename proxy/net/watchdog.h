// Turns deadlines into events: one timer a shard looks at all its sessions, so that moving a deadline is a
// plain assignment and an idle session costs no timer of its own.
#pragma once

#include "proxy/net/reactor.h"
#include "proxy/net/readiness.h"

#include <unordered_set>
#include <vector>

namespace mogate::proxy {

class Watchdog final : Pollable {
 public:
  // How late a deadline may be noticed.
  static constexpr std::chrono::milliseconds kTick{50};

  explicit Watchdog(Reactor& reactor);

  void add(Readiness& watched) { watched_.insert(&watched); }
  void remove(Readiness& watched) { watched_.erase(&watched); }

 private:
  void on_events(std::uint32_t events) override;

  FileDescriptor timer_;
  std::unordered_set<Readiness*> watched_;
  std::vector<Readiness*> late_;
};

// Keeps a Readiness watched for as long as it lives.
class Watched {
 public:
  Watched(Watchdog& watchdog, Readiness& readiness) : watchdog_(watchdog), readiness_(readiness) {
    watchdog_.add(readiness_);
  }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  ~Watched() { watchdog_.remove(readiness_); }

 private:
  Watchdog& watchdog_;
  Readiness& readiness_;
};

}  // namespace mogate::proxy
