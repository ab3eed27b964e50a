#include "proxy/net/rsa_key.h"

#include "protocol/bytes.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace mogate::proxy {
namespace {

constexpr unsigned kBits = 2048;

struct BioDelete {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, BioDelete>;

struct ContextDelete {
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_PKEY_CTX, ContextDelete>;

std::string failure(const std::string& what) {
  ERR_clear_error();
  return what;
}

// Instead of asking at the terminal.
int no_passphrase(char* /*into*/, int /*size*/, int /*writing*/, void* /*data*/) { return 0; }

}  // namespace

std::variant<RsaKey, std::string> RsaKey::from(Key key) {
  Bio out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_PUBKEY(out.get(), key.get()) != 1) return failure("no public key");
  char* text = nullptr;
  auto length = BIO_get_mem_data(out.get(), &text);
  return RsaKey(std::move(key), std::string(text, static_cast<std::size_t>(length)));
}

std::variant<RsaKey, std::string> RsaKey::make() {
  Key key(EVP_RSA_gen(kBits));
  if (!key) return failure("cannot make an RSA key");
  return from(std::move(key));
}

std::variant<RsaKey, std::string> RsaKey::load(const std::string& file) {
  Bio in(BIO_new_file(file.c_str(), "r"));
  if (!in) return failure("cannot read " + file);
  Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr));
  if (!key || EVP_PKEY_is_a(key.get(), "RSA") != 1) return failure(file + " holds no RSA private key");
  return from(std::move(key));
}

std::optional<Secret> RsaKey::decrypt(std::string_view encrypted) const {
  ERR_clear_error();
  auto in = protocol::as_bytes(encrypted);
  Context context(EVP_PKEY_CTX_new(key_.get(), nullptr));
  bool ready = context && EVP_PKEY_decrypt_init(context.get()) == 1 &&
               EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) == 1;
  std::size_t length = 0;
  if (!ready || EVP_PKEY_decrypt(context.get(), nullptr, &length, in.data(), in.size()) != 1) {
    ERR_clear_error();
    return std::nullopt;
  }
  Secret plain(length);
  bool done = EVP_PKEY_decrypt(context.get(), plain.room().data(), &length, in.data(), in.size()) == 1;
  ERR_clear_error();
  if (!done) return std::nullopt;
  plain.shorten(length);
  return plain;
}

}  // namespace mogate::proxy
