#include "proxy/net/tls_bio.h"

#include <cerrno>
#include <memory>
#include <sys/socket.h>

namespace mogate::proxy {
namespace {

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

int read_socket(BIO* bio, char* into, int size) {
  auto& socket = *static_cast<TlsSocket*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  auto n = ::recv(socket.fd, into, static_cast<std::size_t>(size), 0);
  if (n < 0 && would_block()) BIO_set_retry_read(bio);
  socket.drained = n < size;
  return static_cast<int>(n);
}

int write_socket(BIO* bio, const char* from, int size) {
  auto& socket = *static_cast<TlsSocket*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  auto n = ::send(socket.fd, from, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (n < 0 && would_block()) BIO_set_retry_write(bio);
  return static_cast<int>(n);
}

// OpenSSL only needs to be told that a flush succeeds.
long control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

struct MethodDelete {
  void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};

const BIO_METHOD* method() {
  static const auto made = [] {
    std::unique_ptr<BIO_METHOD, MethodDelete> m(
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "mogate socket"));
    BIO_meth_set_read(m.get(), read_socket);
    BIO_meth_set_write(m.get(), write_socket);
    BIO_meth_set_ctrl(m.get(), control);
    return m;
  }();
  return made.get();
}

}  // namespace

BIO* make_tls_bio(TlsSocket& socket) {
  auto* bio = BIO_new(method());
  if (!bio) return nullptr;
  BIO_set_data(bio, &socket);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace mogate::proxy
