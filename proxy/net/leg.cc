#include "proxy/net/leg.h"

#include "proxy/net/bounded.h"

#include <climits>
#include <openssl/err.h>

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>

namespace mogate::proxy {

namespace {

int clamp_length(std::size_t n) { return static_cast<int>(std::min<std::size_t>(n, INT_MAX)); }

}  // namespace

Leg::Leg(Socket socket, Side side, Readiness& readiness)
    : socket_(std::move(socket)),
      side_(side),
      readiness_(readiness),
      read_bit_(side == Side::client ? event::client_read : event::backend_read),
      write_bit_(side == Side::client ? event::client_write : event::backend_write) {
  if (!socket_.is_open()) return;
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  socket_.set_option(Socket::keep_alive(true), ignored);  // a peer whose host died is noticed some day
}

IoError Leg::stop_reason(unsigned events) const {
  if (events & event::stop) return {Side::gateway, IoFault::stopped};
  if (events & event::expired) return fault(IoFault::timed_out);
  return {};
}

Leg::Want Leg::tls_want(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: return Want::read;
    case SSL_ERROR_WANT_WRITE: return Want::write;
    case SSL_ERROR_ZERO_RETURN: return Want::closed;
    default: ERR_clear_error(); return Want::failed;
  }
}

Leg::Read Leg::try_read_tls(std::span<std::uint8_t> room) {
  ERR_clear_error();
  int n = SSL_read(ssl_.get(), room.data(), clamp_length(room.size()));
  if (n > 0) return {static_cast<std::size_t>(n), {}};
  auto want = tls_want(n);
  read_wants_write_ = want == Want::write;
  if (want == Want::closed) return {0, fault(IoFault::closed)};
  if (want == Want::failed) return {0, fault(IoFault::reset)};
  return {};
}

Leg::Read Leg::try_read(std::span<std::uint8_t> room) {
  if (ssl_) return try_read_tls(room);
  ssize_t n = 0;
  do {
    n = ::recv(socket_.native_handle(), room.data(), room.size(), 0);
  } while (n < 0 && errno == EINTR);
  if (n > 0) return {static_cast<std::size_t>(n), {}};
  if (n == 0) return {0, fault(IoFault::closed)};
  if (errno == EAGAIN || errno == EWOULDBLOCK) return {};
  return {0, fault(IoFault::reset)};
}

Task<IoError> Leg::wait_for(Want want) {
  unsigned bit = want == Want::write ? write_bit_ : read_bit_;
  readiness_.arm(socket_, bit);
  auto events = co_await readiness_.wait(bit);
  co_return events& bit ? IoError{} : stop_reason(events);
}

Task<Leg::Read> Leg::read_some(std::span<std::uint8_t> room) {
  if (!has_buffered() && !read_wants_write_) {
    if (auto error = co_await wait_for(Want::read)) co_return Read{0, error};
  }
  while (true) {
    auto read = try_read(room);
    if (read.bytes != 0 || read.error) co_return read;
    if (auto error = co_await wait_for(read_wants_write_ ? Want::write : Want::read))
      co_return Read{0, error};
  }
}

Leg::Wrote Leg::try_write(std::span<const std::uint8_t> data) {
  if (ssl_) {
    ERR_clear_error();
    int n = SSL_write(ssl_.get(), data.data(), clamp_length(data.size()));
    if (n > 0) return {static_cast<std::size_t>(n), Want::nothing};
    return {0, tls_want(n)};
  }
  ssize_t n = 0;
  do {
    n = ::send(socket_.native_handle(), data.data(), data.size(), MSG_NOSIGNAL);
  } while (n < 0 && errno == EINTR);
  if (n >= 0) return {static_cast<std::size_t>(n), Want::nothing};
  return {0, errno == EAGAIN || errno == EWOULDBLOCK ? Want::write : Want::failed};
}

Task<IoError> Leg::write_all(std::span<const std::uint8_t> data) {
  while (!data.empty()) {
    auto wrote = try_write(data);
    if (wrote.want == Want::failed || wrote.want == Want::closed) co_return fault(IoFault::reset);
    data = data.subspan(wrote.bytes);
    if (wrote.want == Want::nothing) continue;
    Bounded stall(readiness_, stall_limit_);
    if (auto error = co_await wait_for(wrote.want)) co_return error;
  }
  co_return IoError{};
}

Task<IoError> Leg::write_all(std::string_view data) {
  return write_all(std::span(reinterpret_cast<const std::uint8_t*>(data.data()), data.size()));
}

Task<IoError> Leg::connect(const boost::asio::ip::tcp::endpoint& to) {
  boost::system::error_code ec;
  socket_.open(to.protocol(), ec);
  if (ec) co_return fault(IoFault::refused);
  socket_.non_blocking(true, ec);
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ec);
  socket_.set_option(Socket::keep_alive(true), ec);
  if (::connect(socket_.native_handle(), to.data(), static_cast<socklen_t>(to.size())) == 0)
    co_return IoError{};
  if (errno != EINPROGRESS) co_return fault(IoFault::refused);
  if (auto error = co_await wait_for(Want::write)) co_return error;
  int result = 0;
  socklen_t length = sizeof result;
  ::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_ERROR, &result, &length);
  co_return result == 0 ? IoError{} : fault(IoFault::refused);
}

Task<IoError> Leg::start_tls(SSL_CTX* context, bool accepting, const std::string& host) {
  ssl_.reset(SSL_new(context));
  if (!ssl_ || SSL_set_fd(ssl_.get(), socket_.native_handle()) != 1) co_return fault(IoFault::tls);
  if (!host.empty()) {
    SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(host.c_str()));
  }
  while (true) {
    ERR_clear_error();
    int done = accepting ? SSL_accept(ssl_.get()) : SSL_connect(ssl_.get());
    if (done == 1) co_return IoError{};
    auto want = tls_want(done);
    if (want == Want::failed || want == Want::closed) co_return fault(IoFault::tls);
    if (auto error = co_await wait_for(want)) co_return error;
  }
}

bool Leg::peer_gone() {
  char byte = 0;
  ssize_t n = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

void Leg::close() {
  if (ssl_) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }
  boost::system::error_code ignored;
  socket_.close(ignored);
  ssl_.reset();
}

}  // namespace mogate::proxy
