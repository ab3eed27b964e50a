// TLS contexts for the two legs.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace mogate::proxy {

enum class TlsMode : std::uint8_t { off, preferred, required };
enum class VerifyClient : std::uint8_t { off, optional, required };
enum class TlsVersion : std::uint8_t { v1_2, v1_3 };

struct TlsSettings {
  TlsMode mode = TlsMode::off;
  std::string certificate;  // PEM file: own certificate, with its chain
  std::string key;          // PEM file
  std::string ca;    // PEM file: whom to trust; backend leg: empty means the certificate is not verified
  std::string host;  // backend leg: the name that its certificate must carry; empty: any
  VerifyClient verify_client = VerifyClient::off;  // client leg
  TlsVersion min_version = TlsVersion::v1_2;
  TlsVersion max_version = TlsVersion::v1_3;
  // Only those with forward secrecy and authenticated encryption.
  std::string ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";  // TLS 1.2, as OpenSSL names them
  std::string ciphersuites =                            // TLS 1.3
      "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";
  std::string where = {};  // "FILE:LINE: SECTION", for what is found only when the files are loaded
};

// What is wrong with a list of ciphers, in words that follow its key. Ciphers without encryption or
// authentication, or of less than 128 bits, are wrong.
std::optional<std::string> fault_in_ciphers(const std::string& list);
std::optional<std::string> fault_in_ciphersuites(const std::string& list);

struct SslContextDelete {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslContext = std::unique_ptr<SSL_CTX, SslContextDelete>;

// Loads the files and gives the context, or what is wrong and where.
std::variant<SslContext, std::string> make_server_context(const TlsSettings& settings);
std::variant<SslContext, std::string> make_client_context(const TlsSettings& settings);

// Why the handshake of `ssl`, whose last call has just failed, failed.
std::string handshake_failure(const SSL* ssl);

}  // namespace mogate::proxy
