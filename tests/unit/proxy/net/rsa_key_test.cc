#include "proxy/net/rsa_key.h"

#include "unit/proxy/rsa_client.h"

#include <openssl/pem.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace mogate::proxy {
namespace {

RsaKey made() { return std::get<RsaKey>(RsaKey::make()); }

// A file that is gone with the test.
class KeyFile {
 public:
  KeyFile() : path_(std::filesystem::temp_directory_path() / ("mogate_rsa_" + std::to_string(::getpid()))) {}
  KeyFile(const KeyFile&) = delete;
  KeyFile& operator=(const KeyFile&) = delete;
  ~KeyFile() { std::filesystem::remove(path_); }

  void write(EVP_PKEY* key, const char* passphrase = nullptr) const {
    auto* file = std::fopen(path_.c_str(), "w");
    ASSERT_NE(file, nullptr);
    auto length = passphrase ? static_cast<int>(std::string_view(passphrase).size()) : 0;
    PEM_write_PrivateKey(file, key, passphrase ? EVP_aes_128_cbc() : nullptr,
                         reinterpret_cast<const unsigned char*>(passphrase), length, nullptr, nullptr);
    std::fclose(file);
  }
  void write(std::string_view text) const { std::ofstream(path_) << text; }
  std::string path() const { return path_; }

 private:
  std::filesystem::path path_;
};

using Pkey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

TEST(RsaKey, decrypts_what_was_encrypted_for_its_public_half) {
  auto key = made();
  for (const auto& text : {std::string("p"), std::string("secret\0", 7), std::string(214, 'x')}) {
    auto plain = key.decrypt(rsa_encrypt(key.public_pem(), text));
    ASSERT_TRUE(plain) << text.size();
    EXPECT_EQ(plain->view(), text);
  }
}

TEST(RsaKey, gives_nothing_for_what_is_not_for_it) {
  auto key = made();
  auto good = rsa_encrypt(key.public_pem(), "secret");
  auto changed = good;
  changed[17] = static_cast<char>(changed[17] ^ 1);
  const std::vector<std::pair<const char*, std::string>> cases{
      {"nothing", ""},
      {"a byte", "x"},
      {"cut", good.substr(0, 255)},
      {"too long", good + "x"},
      {"changed", changed},
      {"zeros", std::string(256, '\0')},
      {"larger than the modulus", std::string(256, '\xFF')},
      {"for another key", rsa_encrypt(made().public_pem(), "secret")},
      {"other padding", rsa_encrypt(key.public_pem(), "secret", false)},
  };
  for (const auto& [name, encrypted] : cases) EXPECT_FALSE(key.decrypt(encrypted)) << name;
  EXPECT_TRUE(key.decrypt(good)) << "and goes on";
}

TEST(RsaKey, a_key_from_a_file_is_the_one_in_it) {
  KeyFile file;
  Pkey pkey(EVP_RSA_gen(2048), &EVP_PKEY_free);
  file.write(pkey.get());
  auto first = RsaKey::load(file.path());
  auto second = RsaKey::load(file.path());
  ASSERT_TRUE(std::holds_alternative<RsaKey>(first));
  EXPECT_EQ(std::get<RsaKey>(first).public_pem(), std::get<RsaKey>(second).public_pem());
  EXPECT_TRUE(std::get<RsaKey>(first).public_pem().starts_with("-----BEGIN PUBLIC KEY-----\n"));
  auto encrypted = rsa_encrypt(std::get<RsaKey>(first).public_pem(), "secret");
  EXPECT_TRUE(std::get<RsaKey>(second).decrypt(encrypted));
}

void expect_refused(const KeyFile& file, std::string_view why) {
  auto loaded = RsaKey::load(file.path());
  ASSERT_TRUE(std::holds_alternative<std::string>(loaded));
  EXPECT_NE(std::get<std::string>(loaded).find(why), std::string::npos) << std::get<std::string>(loaded);
}

TEST(RsaKey, a_file_without_one_is_refused_by_name) {
  KeyFile file;
  expect_refused(file, file.path());
  file.write("no key");
  expect_refused(file, "no RSA private key");
  Pkey curve(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  file.write(curve.get());
  expect_refused(file, "no RSA private key");
  Pkey locked(EVP_RSA_gen(2048), &EVP_PKEY_free);
  file.write(locked.get(), "passphrase");
  expect_refused(file, "no RSA private key");
}

}  // namespace
}  // namespace mogate::proxy
