#include "proxy/net/readiness.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace mogate::proxy {

namespace asio = boost::asio;

void Readiness::arm(Socket& socket, unsigned bit) {
  if ((armed_ | ready_) & bit) return;
  armed_ |= bit;
  constexpr unsigned kWrites = event::client_write | event::backend_write;
  socket.async_wait(bit & kWrites ? Socket::wait_write : Socket::wait_read,
                    [this, bit](const boost::system::error_code&) {
                      // An error shows at the next read or write, with the side known there.
                      armed_ &= ~bit;
                      raise(bit);
                    });
}

void Readiness::raise(unsigned bits) {
  ready_ |= bits;
  if (waiter_ && (ready_ & mask_)) std::exchange(waiter_, nullptr)();
}

Awaitable<void> Readiness::suspend() {
  return asio::async_initiate<const asio::use_awaitable_t<>, void()>(
      [this](auto handler) {
        // Boost 1.81's move assignment of any_completion_handler wraps the other one for ever.
        boost::asio::any_completion_handler<void()> next(std::move(handler));
        waiter_.swap(next);
      },
      asio::use_awaitable);
}

Awaitable<unsigned> Readiness::wait(unsigned mask) {
  mask_ = mask | event::always;
  while (!(ready_ & mask_)) co_await suspend();
  unsigned seen = ready_ & mask_;
  ready_ &= ~(seen & ~event::always);
  co_return seen;
}

Awaitable<void> Readiness::drained() {
  while (armed_ != 0) {
    mask_ = ~0U;
    ready_ = 0;
    co_await suspend();
  }
}

}  // namespace mogate::proxy
