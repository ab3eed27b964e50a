#include "proxy/config/tls_config.h"

namespace mogate::proxy {
namespace {

constexpr std::initializer_list<std::pair<const char*, TlsVersion>> kVersions{{"1.2", TlsVersion::v1_2},
                                                                              {"1.3", TlsVersion::v1_3}};

// Only a key that is given can be at fault: the defaults are not.
void refuse(Section& s, const char* key, std::string_view what) {
  if (const auto* node = s.find(key)) s.fail(*node, key, what);
}

void read_tls(Section& s, TlsSettings& t) {
  s.read("mode", t.mode,
         {{"off", TlsMode::off}, {"preferred", TlsMode::preferred}, {"required", TlsMode::required}});
  s.read("certificate", t.certificate);
  s.read("key", t.key);
  s.read("ca", t.ca);
  s.read("min_version", t.min_version, kVersions);
  s.read("max_version", t.max_version, kVersions);
  s.read("ciphers", t.ciphers);
  s.read("ciphersuites", t.ciphersuites);
  t.where = s.place();
  if (auto fault = fault_in_ciphers(t.ciphers)) refuse(s, "ciphers", *fault);
  if (auto fault = fault_in_ciphersuites(t.ciphersuites)) refuse(s, "ciphersuites", *fault);
  if (t.max_version < t.min_version) {
    bool by_max = s.find("max_version") != nullptr;
    refuse(s, by_max ? "max_version" : "min_version",
           by_max ? "is below min_version" : "is above max_version");
  }
}

}  // namespace

void read_client_tls(Section s, TlsSettings& t) {
  read_tls(s, t);
  s.read("verify_client", t.verify_client,
         {{"off", VerifyClient::off},
          {"optional", VerifyClient::optional},
          {"required", VerifyClient::required}});
  if (t.mode == TlsMode::off) return;
  if (t.certificate.empty() || t.key.empty()) refuse(s, "mode", "needs certificate and key");
  if (t.verify_client != VerifyClient::off && t.ca.empty()) refuse(s, "verify_client", "needs ca");
}

void read_backend_tls(Section s, TlsSettings& t) {
  read_tls(s, t);
  s.read("host", t.host);
  if (t.mode == TlsMode::off) return;
  if (t.certificate.empty() != t.key.empty())
    refuse(s, t.key.empty() ? "certificate" : "key", "needs its other half: certificate and key");
  if (!t.host.empty() && t.ca.empty()) refuse(s, "host", "needs ca: without it no certificate is verified");
}

}  // namespace mogate::proxy
