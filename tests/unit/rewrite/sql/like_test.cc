#include "rewrite/sql/like.h"

namespace mogate::rewrite::sql {
namespace {

TEST(Like, matches_as_mysql_does) {
  struct Case {
    std::string_view text;
    std::string_view pattern;
    bool matches;
  };
  const Case cases[] = {
      {"", "", true},           {"a", "", false},
      {"", "%", true},          {"abc", "%", true},
      {"abc", "a%", true},      {"abc", "%c", true},
      {"abc", "%b%", true},     {"abc", "_b_", true},
      {"abc", "__", false},     {"abc", "ABC", true},
      {"a_c", "a\\_c", true},   {"abc", "a\\_c", false},
      {"50%", "50\\%", true},   {"500", "50\\%", false},
      {"aab", "%ab", true},     {"abab", "%ab", true},
      {"abac", "%ab", false},   {"\\", "\\", true},
      {"axbxc", "a%b%c", true}, {"ab", "abc", false},
      {"", "_", false},         {"mississippi", "m%iss%ip%i", true},
  };
  for (const auto& c : cases)
    EXPECT_EQ(like(c.text, c.pattern), c.matches) << c.text << " LIKE " << c.pattern;
}

}  // namespace
}  // namespace mogate::rewrite::sql
