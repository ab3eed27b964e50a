#include "proxy/http/dashboard.h"

#include <gtest/gtest.h>

#include <string>

namespace mogate::proxy {
namespace {

TEST(Dashboard, needs_nothing_from_anywhere_else) {
  auto page = dashboard().body;
  for (const char* outside : {"src=", "href=", "@import", "url(", "import(", "innerHTML", "eval("})
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
  auto scheme = page.find("http");
  EXPECT_EQ(page.substr(scheme, 27), "http://www.w3.org/2000/svg\"")
      << "the name of SVG, which nobody fetches";
  EXPECT_EQ(page.find("http", scheme + 1), std::string::npos);
}

TEST(Dashboard, runs_only_what_has_the_nonce_of_its_response) {
  auto first = dashboard(), second = dashboard();
  EXPECT_NE(first.headers, second.headers);
  auto at = first.headers.find("'nonce-") + 7;
  auto nonce = first.headers.substr(at, first.headers.find('\'', at) - at);
  EXPECT_EQ(nonce.size(), 32U);
  EXPECT_NE(first.body.find("<script nonce=\"" + nonce + "\">"), std::string::npos);
  EXPECT_NE(first.body.find("<style nonce=\"" + nonce + "\">"), std::string::npos);
  EXPECT_EQ(first.body.find("@NONCE@"), std::string::npos);
  EXPECT_EQ(first.body.find("style="), std::string::npos) << "which the policy forbids";
  EXPECT_NE(first.headers.find("default-src 'none'"), std::string::npos);
}

}  // namespace
}  // namespace mogate::proxy
