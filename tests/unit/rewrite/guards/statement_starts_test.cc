#include "rewrite/guards/statement_starts.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mogate::rewrite {
namespace {

std::vector<std::string> cut(std::string_view sql) {
  std::vector<std::string> out;
  for (std::string_view part : inner_statements(sql, {})) out.emplace_back(part);
  return out;
}

TEST(InnerStatements, begin_where_a_statement_may) {
  using Parts = std::vector<std::string>;
  EXPECT_EQ(cut("begin a; b; end"), (Parts{"", " a", " b", " end"}));
  EXPECT_EQ(cut("begin if x then a; else b; end if; end"),
            (Parts{"", " if x ", " a", " ", " b", " end if", " end"}));
  EXPECT_EQ(cut("begin while x do a; end while; loop b; end"),
            (Parts{"", " while x ", " a", " end while", " ", " b", " end"}));
  EXPECT_EQ(cut("begin 'a; then b'; end"), (Parts{"", " 'a; then b'", " end"}));
  EXPECT_EQ(cut("a"), Parts{"a"});
  EXPECT_EQ(cut(""), Parts{""});
}

}  // namespace
}  // namespace mogate::rewrite
