#include "rewrite/mask_secrets.h"

#include <gtest/gtest.h>

#include <string>

namespace mogate::rewrite {
namespace {

struct Case {
  const char* sql;
  const char* shown;
};

TEST(MaskSecrets, hides_them_and_shows_the_rest) {
  const Case cases[] = {
      {"", ""},
      {"select 'a', 1 from t where b = \"c\"", "select 'a', 1 from t where b = \"c\""},
      {"CREATE USER u IDENTIFIED BY 's3cret'", "CREATE USER u IDENTIFIED BY '***'"},
      {"create user u identified\nby\t\"s3cret\" default role r comment 'c'",
       "create user u identified\nby\t'***' default role r comment 'c'"},
      {"create user a identified by 's3cret', b identified by 's3cret2'",
       "create user a identified by '***', b identified by '***'"},
      {"create user u identified with 'plugin' by 's3cret'", "create user u identified with '***' by '***'"},
      {"create user u identified with plugin as 's3cret'", "create user u identified with plugin as '***'"},
      {"alter user u identified by password 's3cret'", "alter user u identified by password '***'"},
      {"alter user u identified by 's3cret' replace 's3cret0'",
       "alter user u identified by '***' replace '***'"},
      {"create user u identified /* c */ by /* d */ 0x733363726574", "create user u identified by '***'"},
      {"SNAPSHOT RESTORE s TO NEW ACCOUNT b ADMIN_NAME 'x' IDENTIFIED BY 's3cret'",
       "SNAPSHOT RESTORE s TO NEW ACCOUNT b ADMIN_NAME 'x' IDENTIFIED BY '***'"},
      {"create account a admin_name='x' identified by 's3cret' open comment 'c'",
       "create account a admin_name='x' identified by '***' open comment 'c'"},
      {"set password = 's3cret'", "set password = '***'"},
      {"set password for 'u'@'h' = password('s3cret')", "set password for '***'@'***' = password('***')"},
      {"CREATE SUBSCRIPTION n DATABASE d FROM 'mysql://acc#u:s3cret@h:6001'",
       "CREATE SUBSCRIPTION n DATABASE d FROM 'mysql://acc#u:***@h:6001'"},
      {"CREATE CDC TASK n FROM 'mysql://u:s3:cret@h:1' TO MYSQL 'mysql://v:s3''cret@h:2' DATABASE d",
       "CREATE CDC TASK n FROM 'mysql://u:***@h:1' TO MYSQL 'mysql://v:***@h:2' DATABASE d"},
      {"create stage s url='s3://b/x' credentials={'AWS_KEY_ID'='s3cret','AWS_SECRET_KEY'='s3cret'}",
       "create stage s url='s3://b/x' credentials={'***'='***','AWS_SECRET_KEY'='***'}"},
      {"create external table t (a int) url s3option{\"endpoint\"='e', \"secret_access_key\"='s3cret'}",
       "create external table t (a int) url s3option{\"endpoint\"='e', \"secret_access_key\"='***'}"},
      {"select * from u where api_token = 's3cret' and n = 'bob'",
       "select * from u where api_token = '***' and n = 'bob'"},
      {"set @password := 's3cret', @other = 'x'", "set @password := '***', @other = 'x'"},
      {"select '{\"password\": \"s3cret\"}', 'x'", "select '***', 'x'"},
      {"select 'https://h/?token=s3cret'", "select '***'"},
      {"select 1 /* password: s3cret */, 2 -- s3cret", "select 1 , 2"},
      {"select /*+ {\"password\": \"s3cret\"} */ 1", "select  1"},
      {"replace into t values ('x')", "replace into t values ('x')"},
      {"select replace('a', 'b', 'c')", "select replace('a', 'b', 'c')"},
      {"select 'never ends s3cret", "select ..."},
      {R"(create user u identified by 'a\'b s3cret')", "CREATE ..."},
      {R"(select 'a\\b')", R"(select 'a\\b')"},
      {R"(select 'a\', 's3cret')", "SELECT ..."},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(mask_secrets(c.sql, {}), c.shown) << c.sql;
    EXPECT_EQ(mask_secrets(c.sql, {.ansi_quotes = true}).find("s3cret"), std::string::npos) << c.sql;
    EXPECT_EQ(mask_secrets(c.sql, {.before_4 = true}).find("s3cret"), std::string::npos) << c.sql;
  }
}

}  // namespace
}  // namespace mogate::rewrite
