// One place where a session waits: for its client socket, its backend socket, its deadline or the order to
// stop.
//
// Sockets are non-blocking and are read and written directly; Asio only tells when to try again. A wait stays
// armed until its socket is ready, also over several calls of wait(), so that the backend is watched while
// the session is idle and the client while a statement runs, at no extra system call.
#pragma once

#include "proxy/net/task.h"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <coroutine>
#include <cstdint>

namespace mogate::proxy {

using Socket = boost::asio::ip::tcp::socket;
using Clock = std::chrono::steady_clock;

namespace event {
inline constexpr unsigned client_read = 1;
inline constexpr unsigned client_write = 2;
inline constexpr unsigned backend_read = 4;
inline constexpr unsigned backend_write = 8;
inline constexpr unsigned expired = 16;  // the deadline passed; stays set until a new deadline is given
inline constexpr unsigned stop = 32;     // somebody asked the session to end; stays set
inline constexpr unsigned wake = 64;     // wake() was called
inline constexpr unsigned always = expired | stop;
}  // namespace event

class Readiness {
 public:
  Readiness() = default;
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  // Arms the wait for one event bit on `socket`, if it is not armed or ready already.
  void arm(Socket& socket, unsigned bit);
  // Waits until one of `mask`, or `expired` or `stop`, is set; gives all that are set of these and clears the
  // socket bits among them.
  class Wait;
  Wait wait(unsigned mask);
  // Looks without waiting, and without clearing.
  unsigned peek() const { return ready_; }
  void clear(unsigned bits) { ready_ &= ~bits; }
  // After the sockets were closed: waits until no armed wait refers to this object any more.
  Task<void> drained();

  void set_deadline(Clock::time_point when) {
    deadline_ = when;
    ready_ &= ~event::expired;
  }
  void set_deadline_in(Clock::duration limit) { set_deadline(Clock::now() + limit); }
  void no_deadline() { set_deadline(Clock::time_point::max()); }
  Clock::time_point deadline() const { return deadline_; }
  // Called by the shard's watchdog.
  void tick(Clock::time_point now) {
    if (now >= deadline_ && !(ready_ & event::expired)) raise(event::expired);
  }
  // Sets bits and wakes the session if it waits for one of them. Only on the session's own thread.
  void raise(unsigned bits);

 private:
  unsigned ready_ = 0;
  unsigned armed_ = 0;
  unsigned mask_ = 0;
  Clock::time_point deadline_ = Clock::time_point::max();
  std::coroutine_handle<> waiter_;
};

class Readiness::Wait {
 public:
  Wait(Readiness& readiness, unsigned mask) : readiness_(readiness) {
    readiness.mask_ = mask | event::always;
  }

  bool await_ready() const noexcept { return (readiness_.ready_ & readiness_.mask_) != 0; }
  void await_suspend(std::coroutine_handle<> waiter) noexcept { readiness_.waiter_ = waiter; }
  unsigned await_resume() noexcept {
    unsigned seen = readiness_.ready_ & readiness_.mask_;
    readiness_.ready_ &= ~(seen & ~event::always);
    return seen;
  }

 private:
  Readiness& readiness_;
};

inline Readiness::Wait Readiness::wait(unsigned mask) { return {*this, mask}; }

}  // namespace mogate::proxy
