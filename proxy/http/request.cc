#include "proxy/http/request.h"

#include "rewrite/sql/lexer.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>

namespace mogate::proxy {
namespace {

using rewrite::sql::iequals;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The text in front of `end`, which is taken away with it; all of it if there is none.
std::string_view take_until(std::string_view& text, std::string_view end) {
  auto at = text.find(end);
  auto head = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + end.size());
  return head;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7F; });
}

bool parse_line(std::string_view line, HttpRequest& request) {
  request.method = take_until(line, " ");
  auto target = take_until(line, " ");
  bool known = line == "HTTP/1.1" || line == "HTTP/1.0";
  request.path = take_until(target, "?");
  request.query = target;
  return known && !request.method.empty() && request.path.starts_with('/');
}

// Twice the same header: whoever reads the first and whoever reads the last would differ.
bool keep_once(std::string& field, std::string_view value) {
  if (!field.empty()) return false;
  field = value;
  return true;
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 431: return "Request Header Fields Too Large";
    default: return "Service Unavailable";
  }
}

std::string from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return {};
  std::string out(text.size() / 4 * 3, '\0');
  auto size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return {};
  auto padding = static_cast<std::size_t>(text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0);
  out.resize(static_cast<std::size_t>(size) - padding);
  return out;
}

// In a time that does not tell how much of it is right.
bool same_secret(std::string_view given, std::string_view token) {
  return given.size() == token.size() && CRYPTO_memcmp(given.data(), token.data(), token.size()) == 0;
}

}  // namespace

std::optional<HttpRequest> parse_request(std::string_view head) {
  HttpRequest request;
  if (!parse_line(take_until(head, "\r\n"), request)) return std::nullopt;
  while (!head.empty()) {
    auto line = take_until(head, "\r\n");
    if (line.find(':') == std::string_view::npos) return std::nullopt;
    auto name = take_until(line, ":");
    auto value = trimmed(line);
    if (name.empty() || name.find(' ') != std::string_view::npos || has_control(name) || has_control(value))
      return std::nullopt;
    if (iequals(name, "Host") && !keep_once(request.host, value)) return std::nullopt;
    if (iequals(name, "Authorization") && !keep_once(request.authorization, value)) return std::nullopt;
  }
  if (has_control(request.path) || has_control(request.query)) return std::nullopt;
  return request;
}

std::string to_string(const HttpResponse& response) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n"
      "X-Content-Type-Options: nosniff\r\nConnection: close\r\n{}\r\n{}",
      response.status, reason_of(response.status), response.type, response.body.size(), response.headers,
      response.body);
}

bool is_authorised(std::string_view authorization, std::string_view token) {
  auto scheme = take_until(authorization, " ");
  auto value = trimmed(authorization);
  if (iequals(scheme, "Bearer")) return same_secret(value, token);
  if (!iequals(scheme, "Basic")) return false;
  auto user_and_password = from_base64(value);
  auto colon = user_and_password.find(':');
  return colon != std::string::npos &&
         same_secret(std::string_view(user_and_password).substr(colon + 1), token);
}

bool is_local_host_name(std::string_view host) {
  if (host.starts_with('[')) return host.find(']') != std::string_view::npos;  // IPv6
  auto name = take_until(host, ":");
  if (iequals(name, "localhost")) return true;
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

}  // namespace mogate::proxy
