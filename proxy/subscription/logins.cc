#include "proxy/subscription/logins.h"

#include "proxy/cli/login_uri.h"
#include "proxy/net/network.h"

#include <boost/asio/ip/tcp.hpp>

#include <cstring>

namespace mogate::proxy {
namespace {

ClientTls tls_of(TlsMode mode) {
  switch (mode) {
    case TlsMode::off: return ClientTls::off;
    case TlsMode::preferred: return ClientTls::preferred;
    case TlsMode::required: break;
  }
  return ClientTls::required;
}

void set_times(ServerLogin& login, const Config& config) {
  using std::chrono::seconds;
  login.connect_timeout = std::chrono::ceil<seconds>(config.timeouts.connect);
  login.silence = std::chrono::ceil<seconds>(config.subscriptions.statement_timeout);
}

// The numeric address, without a port.
std::string address_of(const Endpoint& endpoint) {
  boost::asio::ip::tcp::endpoint ip;
  ip.resize(endpoint.size());
  std::memcpy(ip.data(), endpoint.data(), endpoint.size());
  return ip.address().to_string();
}

}  // namespace

ServerLogin service_login(const Config& config, const std::string& account) {
  const auto* known = config.service_login(account);
  ServerLogin login;
  login.host = config.backend.address.host;
  login.port = config.backend.address.port;
  login.user = known->user;
  login.password = Secret(known->password);
  login.tls = tls_of(config.backend_tls.mode);
  login.tls_ca = config.backend_tls.ca;
  login.may_load = true;
  set_times(login, config);
  return login;
}

UpstreamLogin upstream_login(const Config& config, std::string_view uri, const std::string& account,
                             Secret password) {
  auto parts = read_login(uri);
  if (!parts) return "expected mysql://account#user:password@host:port";
  auto found = resolve(parts->host, parts->port);
  if (auto* error = std::get_if<std::string>(&found)) return *error;
  const auto& endpoint = std::get<Endpoint>(found);
  const auto& allowed = account == "sys" ? config.upstreams.allow : config.upstreams.allow_accounts;
  if (!is_in(allowed, endpoint))
    return std::string("the address is not in [upstreams] ") +
           (account == "sys" ? "allow" : "allow_accounts");
  ServerLogin login;
  login.host = address_of(endpoint);
  login.port = parts->port;
  login.user = parts->user;
  login.password = std::move(password);
  login.tls = tls_of(config.upstreams.tls);
  login.tls_ca = config.upstreams.ca;
  set_times(login, config);
  return login;
}

Secret uri_password(std::string_view uri) {
  auto parts = read_login(uri);
  return parts ? take_secret(parts->password) : Secret();
}

std::string login_trouble(const std::string& account, std::string why) {
  return account == "sys" ? why : "it is not allowed, does not answer, or refuses the login";
}

std::string secret_subject(std::uint32_t subscription) {
  return "subscription " + std::to_string(subscription);
}

}  // namespace mogate::proxy
