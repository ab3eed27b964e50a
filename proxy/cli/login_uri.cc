#include "proxy/cli/login_uri.h"

#include "rewrite/statements/cdc_uri.h"

#include <fmt/format.h>

#include <charconv>

namespace mogate::proxy {
namespace {

constexpr std::string_view kMeansSomething = "%+:@/?# ";

// "%41" is A; what is no escape stays.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    const char* digits = text.data() + i + 1;
    bool escape = text[i] == '%' && i + 2 < text.size() &&
                  std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2;
    out += escape ? static_cast<char>(value) : text[i];
    if (escape) i += 2;
  }
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text)
    if (kMeansSomething.find(c) == std::string_view::npos)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return out;
}

}  // namespace

bool lacks_password(std::string_view uri) {
  auto scheme = uri.find("://");
  auto at = uri.rfind('@');
  if (scheme == std::string_view::npos || at == std::string_view::npos || at < scheme) return false;
  return uri.substr(scheme + 3, at - scheme - 3).find(':') == std::string_view::npos;
}

std::string with_password(std::string_view uri, std::string_view password) {
  auto at = uri.rfind('@');
  return fmt::format("{}:{}{}", uri.substr(0, at), escaped(password), uri.substr(at));
}

std::optional<UriLogin> read_login(std::string_view uri) {
  auto parsed = rewrite::parse_cdc_uri(uri);
  if (!parsed) return std::nullopt;
  return UriLogin{unescaped(parsed->user), unescaped(parsed->password), parsed->host, parsed->port};
}

}  // namespace mogate::proxy
