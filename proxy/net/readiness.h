// One place where a session waits: for its client socket, its backend socket, its deadline or the order to
// stop.
//
// Sockets are non-blocking and are read and written directly; Asio only tells when to try again. A wait stays
// armed until its socket is ready, also over several calls of wait(), so that the backend is watched while
// the session is idle and the client while a statement runs, at no extra system call.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>

namespace mogate::proxy {

using Socket = boost::asio::ip::tcp::socket;
using Clock = std::chrono::steady_clock;
template <class T>
using Awaitable = boost::asio::awaitable<T>;

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
  Awaitable<unsigned> wait(unsigned mask);
  // Looks without waiting, and without clearing.
  unsigned peek() const { return ready_; }
  void clear(unsigned bits) { ready_ &= ~bits; }
  // After the sockets were closed: waits until no armed wait refers to this object any more.
  Awaitable<void> drained();

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
  Awaitable<void> suspend();

  unsigned ready_ = 0;
  unsigned armed_ = 0;
  unsigned mask_ = 0;
  Clock::time_point deadline_ = Clock::time_point::max();
  boost::asio::any_completion_handler<void()> waiter_;
};

}  // namespace mogate::proxy
