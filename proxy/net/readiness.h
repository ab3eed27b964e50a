// One place where a session waits: for its client socket, its backend socket, its deadline or the order to
// stop.
//
// Sockets are non-blocking and are read and written directly; the reactor only tells when to try again. What
// it told stays set, also over several calls of wait(), until the leg sees that the socket is drained or
// full, so that the backend is watched while the session is idle and the client while a statement runs, at no
// system call.
#pragma once

#include "proxy/net/task.h"

#include <chrono>
#include <coroutine>

namespace mogate::proxy {

using Clock = std::chrono::steady_clock;

namespace event {
inline constexpr unsigned client_read = 1;  // there may be something to read
inline constexpr unsigned client_write = 2;
inline constexpr unsigned client_gone = 4;  // it closed or broke the connection; stays set
inline constexpr unsigned backend_read = 8;
inline constexpr unsigned backend_write = 16;
inline constexpr unsigned backend_gone = 32;
inline constexpr unsigned expired = 64;       // the deadline passed; stays set until a new deadline is given
inline constexpr unsigned stop = 128;         // somebody asked the session to end; stays set
inline constexpr unsigned interrupted = 256;  // somebody killed what the gateway runs for the session
inline constexpr unsigned answered = 512;     // another thread has done what it was asked for
inline constexpr unsigned always = expired | stop;
}  // namespace event

class Readiness {
 public:
  Readiness() = default;
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  // Waits until one of `mask`, or `expired` or `stop`, is set; gives all that are set of these, and clears
  // none.
  class Wait;
  Wait wait(unsigned mask);
  // Looks without waiting.
  bool is_set(unsigned bits) const { return set_of(bits) != 0; }
  unsigned set_of(unsigned bits) const { return ready_ & bits; }
  void clear(unsigned bits) { ready_ &= ~bits; }

  void set_deadline(Clock::time_point when) {
    deadline_ = when;
    ready_ &= ~event::expired;
  }
  void set_deadline_in(Clock::duration limit) { set_deadline(Clock::now() + limit); }
  void no_deadline() { set_deadline(Clock::time_point::max()); }
  Clock::time_point deadline() const { return deadline_; }
  // Called by the shard's watchdog.
  void tick(Clock::time_point now) {
    if (now >= deadline_ && !is_set(event::expired)) raise(event::expired);
  }
  // Sets bits and runs the session if it waits for one of them. Only on the session's own thread.
  void raise(unsigned bits) {
    ready_ |= bits;
    if (waiter_ && is_set(mask_)) std::exchange(waiter_, {}).resume();
  }

 private:
  unsigned ready_ = 0;
  unsigned mask_ = 0;
  Clock::time_point deadline_ = Clock::time_point::max();
  std::coroutine_handle<> waiter_;
};

class Readiness::Wait {
 public:
  Wait(Readiness& readiness, unsigned mask) : readiness_(readiness) {
    readiness.mask_ = mask | event::always;
  }

  bool await_ready() const noexcept { return readiness_.is_set(readiness_.mask_); }
  void await_suspend(std::coroutine_handle<> waiter) noexcept { readiness_.waiter_ = waiter; }
  unsigned await_resume() const noexcept { return readiness_.ready_ & readiness_.mask_; }

 private:
  Readiness& readiness_;
};

inline Readiness::Wait Readiness::wait(unsigned mask) { return {*this, mask}; }

}  // namespace mogate::proxy
