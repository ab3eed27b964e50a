#include "proxy/config/http_config.h"

namespace mogate::proxy {
namespace {

bool is_loopback(const Address& address) {
  return !address.path.empty() || address.host == "localhost" || address.host == "::1" ||
         address.host.starts_with("127.");
}

}  // namespace

void read_http(Section s, Config::Http& http) {
  s.read("enabled", http.enabled);
  s.read("listen", http.listen);
  s.read("certificate", http.tls.certificate);
  s.read("key", http.tls.key);
  s.read("token_file", http.token_file);
  auto& tls = http.tls;
  if (tls.certificate.empty() != tls.key.empty())
    return s.fail(*s.find(tls.key.empty() ? "certificate" : "key"), tls.key.empty() ? "certificate" : "key",
                  "needs its other half: certificate and key");
  tls.mode = tls.certificate.empty() ? TlsMode::off : TlsMode::required;
  tls.where = s.place();
  if (!http.enabled || is_loopback(http.listen)) return;
  if (tls.mode == TlsMode::off || http.token_file.empty())
    s.fail(*s.find("listen"), "listen",
           "needs certificate, key and token_file: others than this host can reach it");
}

}  // namespace mogate::proxy
