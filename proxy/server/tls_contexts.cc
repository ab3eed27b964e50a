#include "proxy/server/tls_contexts.h"

namespace mogate::proxy {
namespace {

template <class MakeContext>
std::optional<std::string> load_one(const TlsSettings& settings, SslContext& into, MakeContext make) {
  if (settings.mode == TlsMode::off) return std::nullopt;
  auto made = make(settings);
  if (auto* error = std::get_if<std::string>(&made)) return *error;
  into = std::move(std::get<SslContext>(made));
  return std::nullopt;
}

}  // namespace

std::optional<std::string> TlsContexts::load(const TlsSettings& client, const TlsSettings& backend) {
  auto fresh = std::make_shared<TlsPair>();
  if (auto error = load_one(client, fresh->client, make_server_context)) return error;
  if (auto error = load_one(backend, fresh->backend, make_client_context)) return error;
  std::lock_guard lock(mutex_);
  current_ = std::move(fresh);
  return std::nullopt;
}

}  // namespace mogate::proxy
