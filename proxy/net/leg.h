// One side of a session: a non-blocking TCP socket, with TLS on it or not.
#pragma once

#include "proxy/net/io_error.h"
#include "proxy/net/readiness.h"

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace mogate::proxy {

struct SslDelete {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using SslPtr = std::unique_ptr<SSL, SslDelete>;

class Leg {
 public:
  // `readiness` outlives the leg. The events used are those of `side`.
  Leg(Socket socket, Side side, Readiness& readiness);

  // What can be read now; 0 bytes with no error: nothing yet.
  struct Read {
    std::size_t bytes = 0;
    IoError error;
  };
  Read try_read(std::span<std::uint8_t> room);
  // Waits until something was read. Gives an error when the session's deadline passes or it is told to stop.
  Task<Read> read_some(std::span<std::uint8_t> room);
  // Each wait for room is bounded by limit_stalls() as well.
  Task<IoError> write_all(std::span<const std::uint8_t> data);
  Task<IoError> write_all(std::string_view data);

  // How long the peer may let a write wait without taking anything.
  void limit_stalls(Clock::duration limit) { stall_limit_ = limit; }

  // Non-blocking connect, bounded by the session's deadline.
  Task<IoError> connect(const boost::asio::ip::tcp::endpoint& to);

  // Starts TLS on the connected socket; `host` is sent as SNI by the connecting side.
  Task<IoError> start_tls(SSL_CTX* context, bool accepting, const std::string& host = {});
  bool has_tls() const { return ssl_ != nullptr; }

  // Bytes are waiting inside the TLS layer: readiness of the socket won't tell.
  bool has_buffered() const { return ssl_ && SSL_pending(ssl_.get()) > 0; }
  void arm_read() { readiness_.arm(socket_, read_bit_); }
  // The socket was seen ready by someone else: the next read_some() need not wait first.
  void mark_readable() { readiness_.raise(read_bit_); }
  // True if the peer has closed or broken the connection; unread bytes stay.
  bool peer_gone();

  bool is_open() const { return socket_.is_open(); }
  void close();
  Socket& socket() { return socket_; }

 private:
  IoError fault(IoFault fault) const { return {side_, fault}; }
  IoError stop_reason(unsigned events) const;
  enum class Want : std::uint8_t { nothing, read, write, failed, closed };
  Want tls_want(int result);
  Task<IoError> wait_for(Want want);
  struct Wrote {
    std::size_t bytes = 0;
    Want want = Want::nothing;
  };
  Wrote try_write(std::span<const std::uint8_t> data);
  Read try_read_tls(std::span<std::uint8_t> room);

  Socket socket_;
  Side side_;
  Readiness& readiness_;
  unsigned read_bit_;
  unsigned write_bit_;
  bool read_wants_write_ = false;
  Clock::duration stall_limit_ = std::chrono::minutes(1);
  SslPtr ssl_;
};

}  // namespace mogate::proxy
