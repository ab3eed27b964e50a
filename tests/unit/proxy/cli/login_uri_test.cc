#include "proxy/cli/login_uri.h"

#include <gtest/gtest.h>

namespace mogate::proxy {
namespace {

TEST(LoginUri, is_a_user_a_password_and_an_address) {
  struct Row {
    const char* uri;
    const char* user;
    const char* password;
    const char* host;
    int port;
  };
  for (auto [uri, user, password, host, port] : {
           Row{"mysql://root:111@127.0.0.1:6001", "root", "111", "127.0.0.1", 6001},
           Row{"mysql://acc1:admin:111@h:1", "acc1:admin", "111", "h", 1},
           Row{"mysql://acc1#admin:p@ss@h:1", "acc1#admin", "p@ss", "h", 1},
           Row{"mysql://acc1%23admin%3Ar:a%3a%40%2Fb@h:1", "acc1#admin:r", "a:@/b", "h", 1},
           Row{"mysql://u:100%@h:1", "u", "100%", "h", 1},
           Row{"mysql://u:%zz%4@h:1", "u", "%zz%4", "h", 1},
       }) {
    auto login = read_login(uri);
    ASSERT_TRUE(login) << uri;
    EXPECT_EQ(login->user, user);
    EXPECT_EQ(login->password, password);
    EXPECT_EQ(login->host, host);
    EXPECT_EQ(login->port, port);
  }
  for (const char* bad :
       {"", "root:111@h:1", "mysql://root@h:1", "mysql://root:111@h", "mysql://root:111@h:x"})
    EXPECT_FALSE(read_login(bad)) << bad;
}

TEST(LoginUri, without_a_password_gets_one) {
  for (const char* with : {"mysql://u:p@h:1", "mysql://acc1:admin@h:1", "backup", "gateway:", ""})
    EXPECT_FALSE(lacks_password(with)) << with;
  EXPECT_TRUE(lacks_password("mysql://acc1#admin@h:1"));
  for (const char* password : {"111", "p:w@d", "100%", "a+b c", "\xc3\xa4"}) {
    auto login = read_login(with_password("mysql://acc1#admin@h:1", password));
    ASSERT_TRUE(login) << password;
    EXPECT_EQ(login->user, "acc1#admin");
    EXPECT_EQ(login->password, password);
  }
}

}  // namespace
}  // namespace mogate::proxy
