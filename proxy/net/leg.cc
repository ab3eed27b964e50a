#include "proxy/net/leg.h"

#include "proxy/net/bounded.h"
#include "proxy/net/tls.h"

#include <climits>
#include <openssl/err.h>

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>

namespace mogate::proxy {

namespace {

int clamp_length(std::size_t n) { return static_cast<int>(std::min<std::size_t>(n, INT_MAX)); }

}  // namespace

Leg::Leg(Reactor& reactor, Side side, Readiness& readiness)
    : reactor_(reactor), side_(side), readiness_(readiness), bits_(bits_of(side)) {}

Leg::Bits Leg::bits_of(Side side) {
  if (side == Side::client) return {event::client_read, event::client_write, event::client_gone};
  return {event::backend_read, event::backend_write, event::backend_gone};
}

void Leg::adopt(FileDescriptor socket) {
  close();
  readiness_.clear(bits_.all());
  socket_ = std::move(socket);
  reactor_.add(socket_.get(), *this);
}

void Leg::on_events(std::uint32_t events) {
  constexpr std::uint32_t kBroken = EPOLLHUP | EPOLLERR;
  unsigned bits = 0;
  if (events & (EPOLLIN | EPOLLRDHUP | kBroken)) bits |= bits_.read;
  if (events & (EPOLLOUT | kBroken)) bits |= bits_.write;
  if (events & (EPOLLRDHUP | kBroken)) bits |= bits_.gone;
  if (aside_)
    kept_ |= bits;
  else
    readiness_.raise(bits);  // may end the session, and this leg
}

void Leg::set_aside() {
  aside_ = true;
  kept_ = readiness_.set_of(bits_.all());
  readiness_.clear(bits_.all());
}

void Leg::put_back() {
  aside_ = false;
  readiness_.clear(bits_.all());
  readiness_.raise(kept_);
}

IoError Leg::stop_reason(unsigned events) const {
  if (events & event::stop) return {Side::gateway, IoFault::stopped};
  if (events & event::expired) return fault(IoFault::timed_out);
  return {};
}

Leg::Want Leg::tls_want(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: drained(); return Want::read;
    case SSL_ERROR_WANT_WRITE: readiness_.clear(bits_.write); return Want::write;
    case SSL_ERROR_ZERO_RETURN: return Want::closed;
    default: ERR_clear_error(); return Want::failed;
  }
}

// The socket may be drained while the TLS layer still holds what was read from it.
void Leg::note_tls_input() {
  if (SSL_has_pending(ssl_.get())) {
    readiness_.raise(bits_.read);
  } else if (tls_socket_.drained) {
    drained();
  }
}

Leg::Read Leg::try_read_tls(std::span<std::uint8_t> room) {
  ERR_clear_error();
  tls_socket_.drained = false;  // what an earlier read found is no longer true
  int n = SSL_read(ssl_.get(), room.data(), clamp_length(room.size()));
  note_tls_input();
  if (n > 0) return {static_cast<std::size_t>(n), {}};
  auto want = tls_want(n);
  read_wants_write_ = want == Want::write;
  if (want == Want::closed) return {0, fault(IoFault::closed)};
  if (want == Want::failed) return {0, fault(IoFault::reset)};
  return {};
}

Leg::Read Leg::try_read_stream(std::span<std::uint8_t> room) {
  if (ssl_) return try_read_tls(room);
  ssize_t n = 0;
  do {
    n = ::recv(socket_.get(), room.data(), room.size(), 0);
  } while (n < 0 && errno == EINTR);
  if (n == 0) return {0, fault(IoFault::closed)};
  bool would_block = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  if (n < 0 && !would_block) return {0, fault(IoFault::reset)};
  // A stream socket gives all it has, up to the room (epoll(7)).
  if (would_block || static_cast<std::size_t>(n) < room.size()) drained();
  return {would_block ? 0 : static_cast<std::size_t>(n), {}};
}

Leg::Read Leg::try_read(std::span<std::uint8_t> room) {
  auto read = compressed_ ? try_read_compressed(room) : try_read_stream(room);
  received_ += read.bytes;
  return read;
}

// Reads the stream once at most, so that a peer that sends no plain bytes does not keep the thread.
Leg::Read Leg::try_read_compressed(std::span<std::uint8_t> room) {
  auto& stream = *compressed_;
  Read read;
  if (!stream.has_more()) {
    read = try_read_stream(stream.input().room());
    stream.input().filled(read.bytes);
  }
  auto taken = stream.take(room);
  if (stream.has_more()) readiness_.raise(bits_.read);
  if (taken.fault != IoFault::none) return {0, fault(taken.fault)};
  return {taken.bytes, read.error};
}

Task<IoError> Leg::wait_for(Want want) {
  unsigned bit = want == Want::write ? bits_.write : bits_.read;
  auto events = co_await readiness_.wait(bit);
  co_return events& bit ? IoError{} : stop_reason(events);
}

Task<Leg::Read> Leg::read_some(std::span<std::uint8_t> room) {
  while (true) {
    if (auto error = co_await wait_for(read_wants_write_ ? Want::write : Want::read))
      co_return Read{0, error};
    auto read = try_read(room);
    if (read.bytes != 0 || read.error) co_return read;
  }
}

Task<Leg::Read> Leg::peek(std::span<std::uint8_t> room, std::size_t seen) {
  while (true) {
    if (auto error = co_await wait_for(Want::read)) co_return Read{0, error};
    bool gone = readiness_.is_set(bits_.gone);
    auto n = ::recv(socket_.get(), room.data(), room.size(), MSG_PEEK);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK) co_return Read{0, fault(IoFault::reset)};
    if (n > static_cast<ssize_t>(seen)) co_return Read{static_cast<std::size_t>(n), {}};
    if (gone || n == 0) co_return Read{0, fault(IoFault::closed)};
    drained();
  }
}

void Leg::skip(std::span<std::uint8_t> shown) {
  while (::recv(socket_.get(), shown.data(), shown.size(), 0) < 0 && errno == EINTR) {
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
    n = ::send(socket_.get(), data.data(), data.size(), MSG_NOSIGNAL);
  } while (n < 0 && errno == EINTR);
  if (n >= 0) return {static_cast<std::size_t>(n), Want::nothing};
  if (errno != EAGAIN && errno != EWOULDBLOCK) return {0, Want::failed};
  readiness_.clear(bits_.write);
  return {0, Want::write};
}

Task<IoError> Leg::write_all(std::span<const std::uint8_t> data) {
  sent_ += data.size();
  return compressed_ ? write_compressed(data) : write_stream(data);
}

Task<IoError> Leg::write_compressed(std::span<const std::uint8_t> data) {
  std::string packets;
  while (!data.empty()) {
    auto piece = data.first(std::min(data.size(), kBufferSize));
    packets.clear();
    compressed_->append(packets, piece);
    auto error = co_await write_stream(protocol::as_bytes(packets));
    if (error) co_return error;
    data = data.subspan(piece.size());
  }
  co_return IoError{};
}

Task<IoError> Leg::write_stream(std::span<const std::uint8_t> data) {
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

Task<IoError> Leg::connect(const Endpoint& to) {
  FileDescriptor socket(::socket(to.data()->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) co_return fault(IoFault::refused);
  set_stream_options(socket.get());
  bool connected = ::connect(socket.get(), to.data(), static_cast<socklen_t>(to.size())) == 0;
  if (!connected && errno != EINPROGRESS) co_return fault(IoFault::refused);
  // Not before: an unconnected socket counts as hung up.
  adopt(std::move(socket));
  if (connected) co_return IoError{};
  if (auto error = co_await wait_for(Want::write)) co_return error;
  int result = 0;
  socklen_t length = sizeof result;
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &result, &length);
  co_return result == 0 ? IoError{} : fault(IoFault::refused);
}

Task<IoError> Leg::start_tls(SSL_CTX* context, bool accepting, const std::string& host) {
  ssl_.reset(SSL_new(context));
  tls_socket_ = {socket_.get(), false};
  auto* bio = make_tls_bio(tls_socket_);
  if (!ssl_ || !bio) co_return fault(IoFault::tls);
  SSL_set_bio(ssl_.get(), bio, bio);
  if (!host.empty()) {
    SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(host.c_str()));
  }
  while (true) {
    ERR_clear_error();
    int done = accepting ? SSL_accept(ssl_.get()) : SSL_connect(ssl_.get());
    if (done == 1) {
      note_tls_input();  // what came with the handshake's end has been read ahead, and brings no edge
      co_return IoError{};
    }
    auto reason = handshake_failure(ssl_.get());
    auto want = tls_want(done);
    if (want == Want::failed || want == Want::closed) {
      tls_failure_ = std::move(reason);
      ssl_.reset();
      co_return fault(IoFault::tls);
    }
    if (auto error = co_await wait_for(want)) co_return error;
  }
}

void Leg::wipe_plaintext(bool on) {
  if (!ssl_) return;
  if (on) {
    SSL_set_options(ssl_.get(), SSL_OP_CLEANSE_PLAINTEXT);
  } else {
    SSL_clear_options(ssl_.get(), SSL_OP_CLEANSE_PLAINTEXT);
  }
}

void Leg::close() {
  if (!socket_) return;
  if (ssl_) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }
  compressed_.reset();
  ssl_.reset();
  tls_failure_.clear();
  read_wants_write_ = false;
  reactor_.forget(*this);
  socket_.close();
}

void Leg::shut_down_write() {
  compressed_.reset();
  ::shutdown(socket_.get(), SHUT_WR);
}

}  // namespace mogate::proxy
