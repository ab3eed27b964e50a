#include "proxy/net/tls.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

namespace mogate::proxy {
namespace {

constexpr int kLeastBits = 128;
constexpr std::array kCiphersuites{"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                                   "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256"};

std::string failure(const TlsSettings& settings, const std::string& what) {
  char reason[256] = "";
  ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
  ERR_clear_error();
  return settings.where + ": " + what + ": " + reason;
}

int number_of(TlsVersion version) { return version == TlsVersion::v1_2 ? TLS1_2_VERSION : TLS1_3_VERSION; }

// nullptr if a list of ciphers is wrong, which the configuration has refused already.
SslContext make_context(const SSL_METHOD* method, const TlsSettings& settings) {
  SslContext context(SSL_CTX_new(method));
  SSL_CTX_set_min_proto_version(context.get(), number_of(settings.min_version));
  SSL_CTX_set_max_proto_version(context.get(), number_of(settings.max_version));
  // An idle session must not hold the record buffers, and a partly written buffer may move.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // One read takes a record's header and what follows it.
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  bool good = SSL_CTX_set_cipher_list(context.get(), settings.ciphers.c_str()) == 1 &&
              SSL_CTX_set_ciphersuites(context.get(), settings.ciphersuites.c_str()) == 1;
  return good ? std::move(context) : nullptr;
}

bool load_identity(SSL_CTX* context, const TlsSettings& settings) {
  return SSL_CTX_use_certificate_chain_file(context, settings.certificate.c_str()) == 1 &&
         SSL_CTX_use_PrivateKey_file(context, settings.key.c_str(), SSL_FILETYPE_PEM) == 1 &&
         SSL_CTX_check_private_key(context) == 1;
}

// Whom the other side's certificate has to be signed by.
bool load_trusted(SSL_CTX* context, const TlsSettings& settings, int verify) {
  SSL_CTX_set_verify(context, verify, nullptr);
  return SSL_CTX_load_verify_locations(context, settings.ca.c_str(), nullptr) == 1;
}

int verify_flags(VerifyClient verify) {
  return SSL_VERIFY_PEER | (verify == VerifyClient::required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
}

}  // namespace

std::optional<std::string> fault_in_ciphers(const std::string& list) {
  SslContext context(SSL_CTX_new(TLS_method()));
  bool known = SSL_CTX_set_cipher_list(context.get(), list.c_str()) == 1;
  ERR_clear_error();
  if (!known) return "names no cipher of TLS 1.2";
  auto* ciphers = SSL_CTX_get_ciphers(context.get());
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
    const auto* cipher = sk_SSL_CIPHER_value(ciphers, i);
    if (SSL_CIPHER_get_bits(cipher, nullptr) < kLeastBits || SSL_CIPHER_get_auth_nid(cipher) == NID_auth_null)
      return std::string("allows ") + SSL_CIPHER_get_name(cipher) + ", which is not safe";
  }
  return std::nullopt;
}

std::optional<std::string> fault_in_ciphersuites(const std::string& list) {
  std::string_view rest = list;
  while (true) {
    auto name = rest.substr(0, rest.find(':'));
    if (std::find(kCiphersuites.begin(), kCiphersuites.end(), name) == kCiphersuites.end())
      return fmt::format("must be some of {}, with ':' between them", fmt::join(kCiphersuites, ", "));
    if (name.size() == rest.size()) return std::nullopt;
    rest.remove_prefix(name.size() + 1);
  }
}

std::variant<SslContext, std::string> make_server_context(const TlsSettings& settings) {
  auto context = make_context(TLS_server_method(), settings);
  if (!context || !load_identity(context.get(), settings))
    return failure(settings, "cannot load " + settings.certificate + ", " + settings.key);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  if (settings.verify_client == VerifyClient::off) return context;
  auto* names = SSL_load_client_CA_file(settings.ca.c_str());
  if (!names || !load_trusted(context.get(), settings, verify_flags(settings.verify_client)))
    return failure(settings, "cannot load " + settings.ca);
  SSL_CTX_set_client_CA_list(context.get(), names);
  // A session that a client resumes was verified by this context; OpenSSL wants to be told which one that is.
  constexpr std::string_view kName = "mogate";
  SSL_CTX_set_session_id_context(context.get(), reinterpret_cast<const unsigned char*>(kName.data()),
                                 kName.size());
  return context;
}

std::variant<SslContext, std::string> make_client_context(const TlsSettings& settings) {
  auto context = make_context(TLS_client_method(), settings);
  if (!context || (!settings.certificate.empty() && !load_identity(context.get(), settings)))
    return failure(settings, "cannot load " + settings.certificate + ", " + settings.key);
  if (settings.ca.empty()) return context;
  if (!load_trusted(context.get(), settings, SSL_VERIFY_PEER))
    return failure(settings, "cannot load " + settings.ca);
  if (!settings.host.empty())
    X509_VERIFY_PARAM_set1_host(SSL_CTX_get0_param(context.get()), settings.host.c_str(), 0);
  return context;
}

std::string handshake_failure(const SSL* ssl) {
  auto error = ERR_peek_last_error();
  if (ERR_GET_REASON(error) == SSL_R_CERTIFICATE_VERIFY_FAILED)
    return std::string("certificate verify failed: ") +
           X509_verify_cert_error_string(SSL_get_verify_result(ssl));
  const auto* reason = ERR_reason_error_string(error);
  return reason ? reason : "the connection was closed";
}

}  // namespace mogate::proxy
