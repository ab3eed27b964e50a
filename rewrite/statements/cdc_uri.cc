#include "rewrite/statements/cdc_uri.h"

#include "rewrite/mask_uris.h"
#include "rewrite/planning.h"
#include "rewrite/sql/characters.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace mogate::rewrite {
namespace {

constexpr std::string_view kScheme = "mysql://";
constexpr std::string_view kOwn = "gateway:";

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = sql::to_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::optional<std::string> from_hex(std::string_view hex) {
  if (hex.empty() || hex.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    int high = digit(hex[i]), low = digit(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
  }
  return out;
}

// {"_":"","user":"root","ip":"127.0.0.1","port":6001,"reserved":""}
std::optional<CdcUri> from_stored(std::string_view stored) {
  auto text = from_hex(stored);
  if (!text) return std::nullopt;
  auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  auto user = json.find("user"), ip = json.find("ip"), port = json.find("port");
  bool whole = user != json.end() && user->is_string() && ip != json.end() && ip->is_string() &&
               port != json.end() && port->is_number_unsigned();
  if (!whole) return std::nullopt;
  return CdcUri{user->get<std::string>(), {}, ip->get<std::string>(), port->get<std::uint16_t>()};
}

bool is_alias(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return sql::is_digit(c) || c == '_' || c == '-' || (sql::to_lower(c) >= 'a' && sql::to_lower(c) <= 'z');
  });
}

protocol::SqlError unknown(std::string_view name, std::string_view role, const Facts& facts) {
  if (name != kOwn)
    return internal_error("invalid " + std::string(role) + " uri: account " + facts.identity.account +
                          " has no '" + std::string(name) +
                          "' in the gateway's [uris]; expected mysql://user:password@host:port");
  std::string section =
      facts.identity.account == "sys" ? "[service]" : "[service.accounts." + facts.identity.account + "]";
  return internal_error("'gateway:' as the " + std::string(role) + " needs user and password_file in " +
                        section + " of the gateway's configuration");
}

}  // namespace

std::optional<CdcUri> parse_cdc_uri(std::string_view text) {
  if (!sql::iequals(text.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  text.remove_prefix(kScheme.size());
  auto at = text.rfind('@');
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view login = text.substr(0, at), address = text.substr(at + 1);
  auto password = login.rfind(':'), port = address.rfind(':');
  if (password == std::string_view::npos || port == std::string_view::npos) return std::nullopt;
  CdcUri uri{std::string(login.substr(0, password)), std::string(login.substr(password + 1)),
             std::string(address.substr(0, port)), 0};
  std::string_view digits = address.substr(port + 1);
  auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), uri.port);
  bool good = ec == std::errc() && end == digits.data() + digits.size() && uri.port != 0;
  if (!good || uri.user.empty() || uri.password.empty() || uri.host.empty()) return std::nullopt;
  return uri;
}

std::string text_of(const CdcUri& uri) {
  return std::string(kScheme) + uri.user + ":" + uri.password + "@" + uri.host + ":" +
         std::to_string(uri.port);
}

std::string shown_cdc_uri(const CdcUri& uri) { return text_of({uri.user, "******", uri.host, uri.port}); }

std::string shown_cdc_uri(std::string_view stored) {
  auto uri = from_stored(stored);
  if (!uri) uri = parse_cdc_uri(stored);
  return uri ? shown_cdc_uri(*uri) : mask_uris(stored);
}

std::variant<CdcUri, protocol::SqlError> resolve_cdc_uri(std::string_view written, std::string_view role,
                                                         const Facts& facts) {
  std::string text(written);
  if (written == kOwn || is_alias(written)) {
    auto known = facts.uris.find(text);
    if (known == facts.uris.end()) return unknown(written, role, facts);
    text = known->second;
  }
  if (auto uri = parse_cdc_uri(text)) return *uri;
  // What was written is left out: it may hold a password.
  return internal_error("invalid " + std::string(role) +
                        " uri: expected mysql://user:password@host:port, 'gateway:' or a name of [uris]");
}

}  // namespace mogate::rewrite
