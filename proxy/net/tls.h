// TLS contexts for the two legs.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <variant>

namespace mogate::proxy {

enum class TlsMode : std::uint8_t { off, preferred, required };

struct TlsSettings {
  TlsMode mode = TlsMode::off;
  std::string certificate;  // PEM file: own certificate, with its chain
  std::string key;          // PEM file
  std::string ca;    // PEM file: whom to trust; backend leg: empty means the certificate is not verified
  std::string host;  // backend leg: the name that its certificate must carry; empty: any
};

struct SslContextDelete {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslContext = std::unique_ptr<SSL_CTX, SslContextDelete>;

// Gives the context, or what is wrong with the settings. TLS 1.2 at least; ciphers are OpenSSL's defaults.
std::variant<SslContext, std::string> make_server_context(const TlsSettings& settings);
std::variant<SslContext, std::string> make_client_context(const TlsSettings& settings);

}  // namespace mogate::proxy
