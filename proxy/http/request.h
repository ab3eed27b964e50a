// What a browser or a scraper asks for: the head of an HTTP request (RFC 9112), as far as GET needs it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mogate::proxy {

// The longest request head that is read.
inline constexpr std::size_t kMostRequestBytes = 8192;

struct HttpRequest {
  std::string method;
  std::string path;   // as sent, without the query
  std::string query;  // behind '?'
  std::string host;
  std::string authorization;
};

// `head` is all that stands before the empty line. Nullopt: it is no HTTP/1 request.
std::optional<HttpRequest> parse_request(std::string_view head);

struct HttpResponse {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
  std::string headers = {};  // further ones, each with its CRLF
};

// The response as it is sent; the connection is closed behind it.
std::string to_string(const HttpResponse& response);

// True if `authorization` proves the knowledge of `token`: as a bearer's, or as the password of a browser's
// user.
bool is_authorised(std::string_view authorization, std::string_view token);

// True for "localhost" and addresses, with or without a port: names that no page elsewhere can make point
// here (DNS rebinding).
bool is_local_host_name(std::string_view host);

}  // namespace mogate::proxy
