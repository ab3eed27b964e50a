#include "proxy/net/readiness.h"

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
  if (waiter_ && (ready_ & mask_)) std::exchange(waiter_, {}).resume();
}

Task<void> Readiness::drained() {
  while (armed_ != 0) {
    ready_ = 0;
    co_await wait(~0U);
  }
}

}  // namespace mogate::proxy
