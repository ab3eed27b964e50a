// The lease that makes one gateway the executor. Taken and renewed on the database's clock; here a steady
// clock tells how long it is safe to go on without a word from the database.
#pragma once

#include "proxy/subscription/link.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace mogate::proxy {

// Of the operating system's randomness.
std::string random_hex(std::size_t digits);

class Lease {
 public:
  using Clock = std::chrono::steady_clock;

  // A name of its own for every process that ever ran.
  Lease();
  const std::string& holder() const { return holder_; }

  // Held, and surely still held a second from `now`.
  bool held(Clock::time_point now) const { return held_ && now < safe_until_; }
  bool due(Clock::time_point now) const { return now >= next_try_; }
  // Takes or renews it; takes it only if nobody had it for `patience`. `taken` turns true when it was not
  // held before.
  std::optional<protocol::SqlError> keep(Link& service, bool& taken, std::chrono::seconds patience);
  void give_up(Link& service);

 private:
  std::string holder_;
  bool held_ = false;
  Clock::time_point safe_until_{}, next_try_{};
};

}  // namespace mogate::proxy
