#include "protocol/auth.h"

#include "protocol/constants.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <stdexcept>
#include <utility>

namespace mogate::protocol {
namespace {

std::string xor_with(std::string a, std::string_view b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<char>(a[i] ^ b[i]);
  return a;
}

std::string concat(std::string_view a, std::string_view b) { return std::string(a).append(b); }

// Scrambles are made through hashes that are as good as the password.
class Wiped {
 public:
  explicit Wiped(std::string secret) : secret_(std::move(secret)) {}
  ~Wiped() { wipe(secret_); }
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  operator std::string_view() const { return secret_; }

 private:
  std::string secret_;
};

std::string repeated_xor(std::string_view text, std::string_view salt) {
  std::string out(text);
  if (salt.empty()) return out;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(out[i] ^ salt[i % salt.size()]);
  return out;
}

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
  return native_scramble_from_sha1(Wiped(sha1(password)), salt);
}

std::string native_scramble_from_sha1(std::string_view password_sha1, std::string_view salt) {
  if (password_sha1.size() != SHA_DIGEST_LENGTH) return {};
  return xor_with(sha1(concat(salt, sha1(password_sha1))), password_sha1);
}

std::string sha2_scramble(std::string_view password, std::string_view salt) {
  if (password.empty()) return {};
  Wiped once(sha256(password));
  return xor_with(sha256(concat(sha256(once), salt)), once);
}

bool check_native_scramble(std::string_view scramble, std::string_view salt, std::string_view stored) {
  if (scramble.empty() || stored.empty()) return scramble.empty() && stored.empty();
  if (scramble.size() != SHA_DIGEST_LENGTH) return false;
  Wiped once(xor_with(sha1(concat(salt, stored)), scramble));
  return same(sha1(once), stored);
}

bool check_sha2_scramble(std::string_view scramble, std::string_view salt, std::string_view stored) {
  if (says_no_password(scramble) || stored.empty()) return says_no_password(scramble) && stored.empty();
  if (scramble.size() != SHA256_DIGEST_LENGTH) return false;
  Wiped once(xor_with(sha256(concat(stored, salt)), scramble));
  return same(sha256(once), stored);
}

std::string scramble_for(std::string_view plugin, std::string_view password, std::string_view salt) {
  if (plugin == kNativePassword) return native_scramble(password, salt);
  if (plugin == kCachingSha2) return sha2_scramble(password, salt);
  return {};
}

bool says_no_password(std::string_view answer) {
  return answer.empty() || answer == std::string_view("\0", 1);
}

std::optional<std::string_view> clear_password(std::string_view answer) {
  auto end = answer.find('\0');
  if (end == std::string_view::npos || end + 1 != answer.size()) return std::nullopt;
  return answer.substr(0, end);
}

std::string obfuscated_password(std::string_view password, std::string_view salt) {
  Wiped terminated(std::string(password).append(1, '\0'));
  return repeated_xor(terminated, salt);
}

std::optional<std::string> revealed_password(std::string_view obfuscated, std::string_view salt) {
  Wiped plain(repeated_xor(obfuscated, salt));
  auto password = clear_password(plain);
  return password ? std::optional<std::string>(*password) : std::nullopt;
}

void wipe(std::string& secret) {
  OPENSSL_cleanse(secret.data(), secret.size());
  secret.clear();
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
