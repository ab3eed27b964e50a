// OpenSSL's way to a socket, with what its own socket BIO does not tell: whether a read drained the socket.
#pragma once

#include <openssl/bio.h>

namespace mogate::proxy {

// What the BIO reads from and writes to.
struct TlsSocket {
  int fd = -1;
  bool drained = false;  // the last read found less than was asked for
};

// A BIO over `socket`, which outlives it. Closes nothing. nullptr when out of memory.
BIO* make_tls_bio(TlsSocket& socket);

}  // namespace mogate::proxy
