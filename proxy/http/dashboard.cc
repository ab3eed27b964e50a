#include "proxy/http/dashboard.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <array>

namespace mogate::proxy {
namespace {

std::string make_nonce() {
  std::array<unsigned char, 16> bytes{};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  return fmt::format("{:02x}", fmt::join(bytes, ""));
}

std::string with_nonce(std::string_view page, std::string_view nonce) {
  constexpr std::string_view kPlace = "@NONCE@";
  std::string out;
  for (auto at = page.find(kPlace); at != std::string_view::npos; at = page.find(kPlace)) {
    out.append(page.substr(0, at)).append(nonce);
    page.remove_prefix(at + kPlace.size());
  }
  return out.append(page);
}

}  // namespace

HttpResponse dashboard() {
  auto nonce = make_nonce();
  auto headers = fmt::format(
      "Content-Security-Policy: default-src 'none'; script-src 'nonce-{0}'; style-src 'nonce-{0}'; "
      "connect-src 'self'; "
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\nReferrer-Policy: no-referrer\r\n",
      nonce);
  return {200, "text/html; charset=utf-8", with_nonce(kDashboardHtml, nonce), std::move(headers)};
}

}  // namespace mogate::proxy
