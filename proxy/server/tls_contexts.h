// The TLS contexts of both legs, which can be loaded anew while sessions run.
#pragma once

#include "proxy/net/tls.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace mogate::proxy {

struct TlsPair {
  SslContext client;   // empty: off
  SslContext backend;  // empty: off
};

class TlsContexts {
 public:
  // Reads both legs' files. If anything is wrong, says what, and what was loaded before stays.
  std::optional<std::string> load(const TlsSettings& client, const TlsSettings& backend);

  // Any thread. To be asked for each handshake and held during it; a session keeps what its handshake used.
  std::shared_ptr<const TlsPair> current() const {
    std::lock_guard lock(mutex_);
    return current_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const TlsPair> current_ = std::make_shared<TlsPair>();
};

}  // namespace mogate::proxy
