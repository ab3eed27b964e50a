// A shorter deadline for one part of a session's work.
#pragma once

#include "proxy/net/readiness.h"

#include <algorithm>

namespace mogate::proxy {

// While it lives the session's deadline is at most `limit` away; then the one before is in force again.
class Bounded {
 public:
  Bounded(Readiness& readiness, Clock::duration limit)
      : readiness_(readiness), before_(readiness.deadline()) {
    readiness_.set_deadline(std::min(before_, Clock::now() + limit));
  }
  Bounded(const Bounded&) = delete;
  Bounded& operator=(const Bounded&) = delete;
  ~Bounded() { readiness_.set_deadline(before_); }

 private:
  Readiness& readiness_;
  Clock::time_point before_;
};

}  // namespace mogate::proxy
