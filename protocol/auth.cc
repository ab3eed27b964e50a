#include "protocol/auth.h"

#include "protocol/constants.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <stdexcept>

namespace mogate::protocol {
namespace {

std::string xor_with(std::string a, std::string_view b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<char>(a[i] ^ b[i]);
  return a;
}

std::string concat(std::string_view a, std::string_view b) { return std::string(a).append(b); }

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::string sha1(std::string_view data) {
  std::string digest(SHA_DIGEST_LENGTH, '\0');
  SHA1(as_bytes(data).data(), data.size(), reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string sha256(std::string_view data) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(as_bytes(data).data(), data.size(), reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string native_scramble(std::string_view password, std::string_view salt) {
  if (password.empty()) return {};
  auto once = sha1(password);
  return xor_with(once, sha1(concat(salt, sha1(once))));
}

std::string sha2_scramble(std::string_view password, std::string_view salt) {
  if (password.empty()) return {};
  auto once = sha256(password);
  return xor_with(once, sha256(concat(sha256(once), salt)));
}

bool check_native_scramble(std::string_view scramble, std::string_view salt, std::string_view stored) {
  if (scramble.empty() || stored.empty()) return scramble.empty() && stored.empty();
  if (scramble.size() != SHA_DIGEST_LENGTH) return false;
  return same(sha1(xor_with(std::string(scramble), sha1(concat(salt, stored)))), stored);
}

bool check_sha2_scramble(std::string_view scramble, std::string_view salt, std::string_view stored) {
  if (scramble.empty() || stored.empty()) return scramble.empty() && stored.empty();
  if (scramble.size() != SHA256_DIGEST_LENGTH) return false;
  return same(sha256(xor_with(std::string(scramble), sha256(concat(stored, salt)))), stored);
}

std::string scramble_for(std::string_view plugin, std::string_view password, std::string_view salt) {
  if (plugin == kNativePassword) return native_scramble(password, salt);
  if (plugin == kCachingSha2) return sha2_scramble(password, salt);
  return {};
}

std::string make_salt() {
  std::string salt(kScrambleLength, 'x');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), static_cast<int>(salt.size())) != 1)
    throw std::runtime_error("no random bytes for a salt");
  for (auto& c : salt) {
    c = static_cast<char>(c & 0x7F);
    if (c == '\0' || c == '$') ++c;
  }
  return salt;
}

}  // namespace mogate::protocol
