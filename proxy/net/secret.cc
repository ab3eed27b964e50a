#include "proxy/net/secret.h"

#include "protocol/auth.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace mogate::proxy {
namespace {

// Room for some 20000 hashes.
constexpr std::size_t kArena = 1U << 20;
constexpr std::size_t kLeast = 32;

// The arena's block where there is one and it has room.
char* allocate(std::size_t size) {
  auto* data = static_cast<char*>(OPENSSL_secure_malloc(size));
  if (!data) data = static_cast<char*>(OPENSSL_malloc(size));
  if (!data) throw std::bad_alloc();
  return data;
}

}  // namespace

void init_secrets() {
  if (!CRYPTO_secure_malloc_initialized()) CRYPTO_secure_malloc_init(kArena, kLeast);
}

Secret::Secret(std::size_t size) : data_(size == 0 ? nullptr : allocate(size)), size_(size) {
  if (data_) std::memset(data_, 0, size);
}

Secret::Secret(std::string_view bytes) : Secret(bytes.size()) {
  std::copy(bytes.begin(), bytes.end(), data_);
}

Secret::~Secret() {
  if (data_) OPENSSL_secure_clear_free(data_, size_);
}

void Secret::shorten(std::size_t size) {
  if (size < size_) *this = Secret(view().substr(0, size));
}

Secret take_secret(std::string& text) {
  Secret secret{std::string_view(text)};
  protocol::wipe(text);
  return secret;
}

}  // namespace mogate::proxy
