#include "rewrite/statements/cdc_uri.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

// As recorded (FINDINGS, cdc).
constexpr char kStored[] =
    "7b225f223a22222c2275736572223a22616363312361646d696e222c226970223a223132372e302e302e31222c22706f7274223a"
    "36"
    "3930322c227265736572766564223a22227d";

TEST(CdcUri, IsTakenApartAsMatrixOneDoes) {
  struct Case {
    const char* text;
    const char* user;
    const char* password;
    const char* host;
    int port;
  };
  for (const Case& c : {
           Case{"mysql://root:111@127.0.0.1:6001", "root", "111", "127.0.0.1", 6001},
           Case{"MySQL://acc1#admin:p@h.example:1", "acc1#admin", "p", "h.example", 1},
           Case{"mysql://acc1:admin:p@h:65535", "acc1:admin", "p", "h", 65535},
           Case{"mysql://root:a@b@h:1", "root", "a@b", "h", 1},
           Case{"mysql://u:p%3A@[::1]:6001", "u", "p%3A", "[::1]", 6001},
       }) {
    auto uri = parse_cdc_uri(c.text);
    ASSERT_TRUE(uri) << c.text;
    EXPECT_EQ(uri->user, c.user) << c.text;
    EXPECT_EQ(uri->password, c.password) << c.text;
    EXPECT_EQ(uri->host, c.host) << c.text;
    EXPECT_EQ(uri->port, c.port) << c.text;
  }
}

TEST(CdcUri, IsNoneWithoutEachOfItsParts) {
  for (const char* text :
       {"", "mysql://", "root:111@127.0.0.1:6001", "mysql://root@127.0.0.1:6001", "mysql://root:@h:1",
        "mysql://:p@h:1", "mysql://root:111@127.0.0.1", "mysql://u:p@:1", "mysql://u:p@h:0",
        "mysql://u:p@h:65536", "mysql://u:p@h:1x", "mysql://u:p@h:", "http://u:p@h:1"})
    EXPECT_FALSE(parse_cdc_uri(text)) << text;
}

TEST(CdcUri, IsShownWithoutItsPassword) {
  for (auto [stored, shown] : {
           std::pair{"mysql://root:111@127.0.0.1:6001", "mysql://root:******@127.0.0.1:6001"},
           std::pair{kStored, "mysql://acc1#admin:******@127.0.0.1:6902"},
           std::pair{"7b7d", "7b7d"},
           std::pair{"7b", "7b"},
           std::pair{"", ""},
           std::pair{"odd mysql://u:p@h", "odd mysql://u:***@h"},
       })
    EXPECT_EQ(shown_cdc_uri(std::string_view(stored)), shown) << stored;
}

TEST(CdcUri, MayBeTheGatewaysOwnOrANameOfTheConfiguration) {
  Facts facts = test::facts_of(test::sys_admin);
  facts.uris = {{"gateway:", "mysql://svc:pw@a:1"}, {"analytics", "mysql://u:q@b:2"}};
  for (auto [written, text] :
       {std::pair{"gateway:", "mysql://svc:pw@a:1"}, std::pair{"analytics", "mysql://u:q@b:2"},
        std::pair{"mysql://x:y@c:3", "mysql://x:y@c:3"}}) {
    auto uri = resolve_cdc_uri(written, "sink", facts);
    ASSERT_TRUE(std::holds_alternative<CdcUri>(uri)) << written;
    EXPECT_EQ(text_of(std::get<CdcUri>(uri)), text);
  }
}

TEST(CdcUri, ThatCannotBeUsedIsNotRepeatedInTheError) {
  Facts facts = test::facts_of(test::acc_admin);
  struct Case {
    const char* written;
    const char* says;
  };
  for (const Case& c : {
           Case{"gateway:", "[service.accounts.acc1]"},
           Case{"analytics", "account acc1 has no 'analytics'"},
           Case{"root:s3cret@h:1", "expected mysql://user:password@host:port"},
           Case{"mysql://root:s3cret@h", "invalid source uri"},
       }) {
    auto uri = resolve_cdc_uri(c.written, "source", facts);
    ASSERT_TRUE(std::holds_alternative<protocol::SqlError>(uri)) << c.written;
    const auto& error = std::get<protocol::SqlError>(uri);
    EXPECT_EQ(error.code, 20101);
    EXPECT_NE(error.message.find(c.says), std::string::npos) << error.message;
    EXPECT_EQ(error.message.find("s3cret"), std::string::npos) << error.message;
  }
}

}  // namespace
}  // namespace mogate::rewrite
