#include "proxy/subscription/secret_box.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <sys/stat.h>

namespace mogate::proxy {
namespace {

constexpr std::size_t kKeyBytes = 32, kNonceBytes = 12, kTagBytes = 16;
constexpr std::size_t kIdBytes = 4;

using Bytes = std::vector<std::uint8_t>;
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (auto b : bytes) {
    out.push_back(kDigits[b >> 4]);
    out.push_back(kDigits[b & 15]);
  }
  return out;
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// False unless `hex` is two digits for each byte of `out`.
bool from_hex(std::string_view hex, std::span<std::uint8_t> out) {
  if (hex.size() != 2 * out.size()) return false;
  for (std::size_t i = 0; i < out.size(); ++i) {
    int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

std::string id_of(const Secret& key) {
  std::array<std::uint8_t, 32> hash{};
  EVP_Digest(key.view().data(), key.view().size(), hash.data(), nullptr, EVP_sha256(), nullptr);
  return to_hex(std::span(hash).first(kIdBytes));
}

// Sealing and opening differ in `sealing` alone.
Cipher begin(const Secret& key, const std::uint8_t* nonce, std::string_view about, bool sealing) {
  Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int length = 0;
  EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key.view()), nonce, sealing ? 1 : 0);
  EVP_CipherUpdate(cipher.get(), nullptr, &length, bytes_of(about), static_cast<int>(about.size()));
  return cipher;
}

}  // namespace

std::variant<SecretBox, std::string> SecretBox::load(const std::string& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return file + " cannot be read";
  if ((status.st_mode & 077) != 0) return file + " is open to others: its mode must be 0600";
  std::ifstream in(file);
  SecretBox box;
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    Key key{{}, Secret(kKeyBytes)};
    bool good = from_hex(line, key.bytes.room());
    std::fill(line.begin(), line.end(), '\0');
    if (!good) return file + " must hold keys of 64 hex digits, one a line";
    key.id = id_of(key.bytes);
    box.keys_.push_back(std::move(key));
  }
  if (box.keys_.empty()) return file + " holds no key";
  return box;
}

std::string SecretBox::seal(const Secret& plain, std::string_view about) const {
  std::string_view text = plain.view();
  Bytes out(kNonceBytes + text.size() + kTagBytes);
  RAND_bytes(out.data(), kNonceBytes);
  auto cipher = begin(keys_.front().bytes, out.data(), about, true);
  int length = 0, rest = 0;
  EVP_CipherUpdate(cipher.get(), out.data() + kNonceBytes, &length, bytes_of(text),
                   static_cast<int>(text.size()));
  EVP_CipherFinal_ex(cipher.get(), out.data() + kNonceBytes + length, &rest);
  EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, out.data() + kNonceBytes + text.size());
  return keys_.front().id + ":" + to_hex(out);
}

std::optional<Secret> SecretBox::open(std::string_view sealed, std::string_view about) const {
  auto colon = sealed.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto key =
      std::find_if(keys_.begin(), keys_.end(), [&](const Key& k) { return k.id == sealed.substr(0, colon); });
  Bytes in((sealed.size() - colon - 1) / 2);
  if (key == keys_.end() || in.size() < kNonceBytes + kTagBytes || !from_hex(sealed.substr(colon + 1), in))
    return std::nullopt;
  Secret plain(in.size() - kNonceBytes - kTagBytes);
  auto cipher = begin(key->bytes, in.data(), about, false);
  int length = 0, rest = 0;
  EVP_CipherUpdate(cipher.get(), plain.room().data(), &length, in.data() + kNonceBytes,
                   static_cast<int>(plain.view().size()));
  EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, in.data() + in.size() - kTagBytes);
  std::uint8_t none = 0;
  if (EVP_CipherFinal_ex(cipher.get(), &none, &rest) != 1) return std::nullopt;
  return plain;
}

bool SecretBox::is_current(std::string_view sealed) const {
  return sealed.substr(0, sealed.find(':')) == keys_.front().id;
}

}  // namespace mogate::proxy
