#include "proxy/http/request.h"

#include <gtest/gtest.h>

#include <string>

namespace mogate::proxy {
namespace {

TEST(HttpRequest, is_read_with_the_headers_that_matter) {
  auto request = parse_request("GET /a/b?c=d HTTP/1.1\r\nHOST: x:1 \r\nauthorization:\tBearer t\r\nOther: y");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, "GET");
  EXPECT_EQ(request->path, "/a/b");
  EXPECT_EQ(request->query, "c=d");
  EXPECT_EQ(request->host, "x:1");
  EXPECT_EQ(request->authorization, "Bearer t");
  EXPECT_TRUE(parse_request("GET / HTTP/1.0"));
}

TEST(HttpRequest, that_is_none_is_refused) {
  for (const char* head :
       {"", "GET", "GET /", "GET / HTTP/2", "GET  / HTTP/1.1", "GET http://x/ HTTP/1.1", "/ GET HTTP/1.1",
        "GET / HTTP/1.1 ", "GET / HTTP/1.1\r\nHost: a\r\nHost: b", "GET / HTTP/1.1\r\n: x",
        "GET / HTTP/1.1\r\nHost: a\nb", "GET / HTTP/1.1\r\nAuthorization: a\r\nauthorization: a",
        "GET /\x01 HTTP/1.1", "GET / HTTP/1.1\r\n folded"})
    EXPECT_FALSE(parse_request(head)) << head;
}

TEST(HttpResponse, closes_and_is_not_kept) {
  auto text = to_string(HttpResponse{404, "text/plain", "none", "X: y\r\n"});
  EXPECT_TRUE(text.starts_with("HTTP/1.1 404 Not Found\r\n"));
  for (const char* part :
       {"\r\nContent-Length: 4\r\n", "\r\nConnection: close\r\n", "\r\nCache-Control: no-store\r\n",
        "\r\nX-Content-Type-Options: nosniff\r\n", "\r\nX: y\r\n"})
    EXPECT_NE(text.find(part), std::string::npos) << part;
  EXPECT_TRUE(text.ends_with("\r\n\r\nnone"));
}

TEST(HttpToken, is_a_bearers_or_a_browsers_password) {
  constexpr char kToken[] = "0123456789abcdef";
  struct Case {
    const char* authorization;
    bool good;
  };
  const Case cases[] = {
      {"Bearer 0123456789abcdef", true},
      {"bearer  0123456789abcdef", true},
      {"Basic dTowMTIzNDU2Nzg5YWJjZGVm", true},  // u:…
      {"Basic OjAxMjM0NTY3ODlhYmNkZWY=", true},  // :…
      {"", false},
      {"Bearer", false},
      {"Bearer 0123456789abcdeg", false},
      {"Bearer 0123456789abcdef0", false},
      {"0123456789abcdef", false},
      {"Basic 0123456789abcdef", false},
      {"Basic MDEyMzQ1Njc4OWFiY2RlZg==", false},  // without a colon
      {"Basic !!!!", false},
      {"Basic dTow", false},
      {"Digest 0123456789abcdef", false},
  };
  for (const auto& c : cases) EXPECT_EQ(is_authorised(c.authorization, kToken), c.good) << c.authorization;
}

TEST(HttpHost, is_local_only_by_name_or_address) {
  for (const char* host :
       {"localhost", "LOCALHOST:80", "127.0.0.1", "127.0.0.1:6034", "[::1]:6034", "10.0.0.7"})
    EXPECT_TRUE(is_local_host_name(host)) << host;
  for (const char* host :
       {"", ":80", "evil.example", "evil.example:6034", "localhost.evil.example", "127.0.0.1.evil", "[::1"})
    EXPECT_FALSE(is_local_host_name(host)) << host;
}

}  // namespace
}  // namespace mogate::proxy
