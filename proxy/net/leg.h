// One side of a session: a non-blocking stream socket, with TLS on it or not, and compression on that or not.
#pragma once

#include "proxy/net/compressed_stream.h"
#include "proxy/net/endpoint.h"
#include "proxy/net/io_error.h"
#include "proxy/net/reactor.h"
#include "proxy/net/readiness.h"
#include "proxy/net/tls_bio.h"

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

class Leg final : Pollable {
 public:
  // `reactor` and `readiness` outlive the leg. The events used are those of `side`.
  Leg(Reactor& reactor, Side side, Readiness& readiness);
  Leg(const Leg&) = delete;
  Leg& operator=(const Leg&) = delete;
  ~Leg() { close(); }

  // Takes over a connected, non-blocking socket.
  void adopt(FileDescriptor socket);

  // What can be read now; 0 bytes with no error: nothing yet, and the read event is cleared as far as is
  // known.
  struct Read {
    std::size_t bytes = 0;
    IoError error;
  };
  Read try_read(std::span<std::uint8_t> room);
  // Waits until something was read. Gives an error when the session's deadline passes or it is told to stop.
  Task<Read> read_some(std::span<std::uint8_t> room);
  // Without TLS: shows what waits, and takes nothing, once that is more than `seen` bytes.
  Task<Read> peek(std::span<std::uint8_t> room, std::size_t seen);
  // Takes bytes that peek() has shown.
  void skip(std::span<std::uint8_t> shown);
  // Each wait for room is bounded by limit_stalls() as well.
  Task<IoError> write_all(std::span<const std::uint8_t> data);
  Task<IoError> write_all(std::string_view data);

  // How long the peer may let a write wait without taking anything.
  void limit_stalls(Clock::duration limit) { stall_limit_ = limit; }

  // Non-blocking connect, bounded by the session's deadline.
  Task<IoError> connect(const Endpoint& to);

  // Starts TLS on the connected socket; `host` is sent as SNI by the connecting side.
  Task<IoError> start_tls(SSL_CTX* context, bool accepting, const std::string& host = {});
  // Why that failed, in OpenSSL's words. The connection is without TLS then, and of no further use.
  const std::string& tls_failure() const { return tls_failure_; }
  bool has_tls() const { return ssl_ != nullptr; }
  // Whether the TLS layer wipes what it has decrypted once it has been read: while secrets come, for it takes
  // time.
  void wipe_plaintext(bool on);

  // From now on both sides send compressed packets.
  void start_compression(std::unique_ptr<CompressedStream> stream) { compressed_ = std::move(stream); }
  bool has_compression() const { return compressed_ != nullptr; }
  // What is read and written next belongs to a new command; compressed packets are numbered from there.
  void begin_command() {
    if (compressed_) compressed_->begin_command();
  }

  // While another leg of the same side is used in its place, what happens to this one is kept for later.
  void set_aside();
  void put_back();

  // So far, before TLS and compression.
  std::uint64_t bytes_received() const { return received_; }
  std::uint64_t bytes_sent() const { return sent_; }

  bool is_open() const { return static_cast<bool>(socket_); }
  // Says goodbye to the peer of a TLS connection, as far as that needs no waiting.
  void close();
  // Ends the sending half only. What the peer still sends is then of no interest, and is given as it comes.
  void shut_down_write();
  int fd() const { return socket_.get(); }

 private:
  // The events of one side.
  struct Bits {
    unsigned read;
    unsigned write;
    unsigned gone;

    unsigned all() const { return read | write | gone; }
  };
  static Bits bits_of(Side side);
  void on_events(std::uint32_t events) override;
  // All that was there has been read: the next edge tells. An end of the stream comes with no further one.
  void drained() {
    if (!readiness_.is_set(bits_.gone)) readiness_.clear(bits_.read);
  }
  void note_tls_input();
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
  Read try_read_stream(std::span<std::uint8_t> room);
  Read try_read_compressed(std::span<std::uint8_t> room);
  Task<IoError> write_stream(std::span<const std::uint8_t> data);
  Task<IoError> write_compressed(std::span<const std::uint8_t> data);

  Reactor& reactor_;
  FileDescriptor socket_;
  Side side_;
  Readiness& readiness_;
  Bits bits_;
  bool read_wants_write_ = false;
  bool aside_ = false;
  unsigned kept_ = 0;  // events that came while it was set aside
  std::uint64_t received_ = 0, sent_ = 0;
  Clock::duration stall_limit_ = std::chrono::minutes(1);
  TlsSocket tls_socket_;
  SslPtr ssl_;
  std::string tls_failure_;
  std::unique_ptr<CompressedStream> compressed_;
};

}  // namespace mogate::proxy
