// The key by which caching_sha2_password's clients send their password where there is no TLS.
#pragma once

#include "proxy/net/secret.h"

#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace mogate::proxy {

class RsaKey {
 public:
  // A new one of 2048 bits, or why there is none.
  static std::variant<RsaKey, std::string> make();
  // The private key in a PEM file, or what is wrong with it.
  static std::variant<RsaKey, std::string> load(const std::string& file);

  // As clients are sent it: PEM, SubjectPublicKeyInfo.
  const std::string& public_pem() const { return public_pem_; }
  // What was encrypted with OAEP and SHA-1; nullopt if it was not, or not for this key. Any thread.
  std::optional<Secret> decrypt(std::string_view encrypted) const;

 private:
  struct Delete {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };
  using Key = std::unique_ptr<EVP_PKEY, Delete>;
  static std::variant<RsaKey, std::string> from(Key key);
  RsaKey(Key key, std::string public_pem) : key_(std::move(key)), public_pem_(std::move(public_pem)) {}

  Key key_;
  std::string public_pem_;
};

}  // namespace mogate::proxy
