#include "proxy/net/tls.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

namespace mogate::proxy {
namespace {

std::string failure(const std::string& what) {
  char reason[256] = "";
  ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
  ERR_clear_error();
  return what + ": " + reason;
}

SslContext make_context(const SSL_METHOD* method) {
  SslContext context(SSL_CTX_new(method));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // An idle session must not hold the record buffers, and a partly written buffer may move.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // One read takes a record's header and what follows it.
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  return context;
}

bool load_identity(SSL_CTX* context, const TlsSettings& settings) {
  return SSL_CTX_use_certificate_chain_file(context, settings.certificate.c_str()) == 1 &&
         SSL_CTX_use_PrivateKey_file(context, settings.key.c_str(), SSL_FILETYPE_PEM) == 1 &&
         SSL_CTX_check_private_key(context) == 1;
}

}  // namespace

std::variant<SslContext, std::string> make_server_context(const TlsSettings& settings) {
  auto context = make_context(TLS_server_method());
  if (!load_identity(context.get(), settings))
    return failure("cannot load " + settings.certificate + ", " + settings.key);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  return context;
}

std::variant<SslContext, std::string> make_client_context(const TlsSettings& settings) {
  auto context = make_context(TLS_client_method());
  if (!settings.certificate.empty() && !load_identity(context.get(), settings))
    return failure("cannot load " + settings.certificate + ", " + settings.key);
  if (settings.ca.empty()) return context;
  if (SSL_CTX_load_verify_locations(context.get(), settings.ca.c_str(), nullptr) != 1)
    return failure("cannot load " + settings.ca);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (!settings.host.empty())
    X509_VERIFY_PARAM_set1_host(SSL_CTX_get0_param(context.get()), settings.host.c_str(), 0);
  return context;
}

}  // namespace mogate::proxy
