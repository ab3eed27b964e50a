// How often something may happen: so many times a second in the long run, so many at once. Time is given to
// it.
#pragma once

#include <algorithm>
#include <chrono>

namespace mogate::policies {

class TokenBucket {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Wait = std::chrono::milliseconds;

  // Full at first.
  TokenBucket(double per_second, double burst, Time now)
      : per_second_(per_second), burst_(burst), tokens_(burst), at_(now) {}

  // Takes a token, if there will be one within `most`: how long to wait for it. Otherwise takes none and
  // gives more than `most`.
  Wait take(Time now, Wait most) {
    fill(now);
    auto wait = tokens_ >= 1 ? Wait{0} : Wait{static_cast<Wait::rep>((1 - tokens_) / per_second_ * 1000) + 1};
    if (wait <= most) tokens_ -= 1;
    return wait;
  }
  // Nothing is lost by forgetting it.
  bool is_full(Time now) {
    fill(now);
    return tokens_ >= burst_;
  }

 private:
  void fill(Time now) {
    auto seconds = std::chrono::duration<double>(now - at_).count();
    if (seconds > 0) tokens_ = std::min(burst_, tokens_ + seconds * per_second_), at_ = now;
  }

  double per_second_, burst_;
  double tokens_;  // below 0: promised to those who wait
  Time at_;
};

}  // namespace mogate::policies
