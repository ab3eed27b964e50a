#include "rewrite/sql/quoting.h"

#include <gtest/gtest.h>

#include <string>

namespace mogate::rewrite::sql {
namespace {

constexpr SqlMode kAnsi{true, false, false}, kNoEscapes{false, true, false}, kBefore4{false, false, true};

std::string value(std::string_view sql, SqlMode mode = {}) { return unquote(Lexer(sql, mode).next(), mode); }

TEST(Quoting, takes_quotes_off) {
  EXPECT_EQ(value("'a''b\"\"c'"), "a'b\"\"c");
  EXPECT_EQ(value("\"a\"\"b''c\""), "a\"b''c");
  EXPECT_EQ(value("`a``b\\n`"), "a`b\\n");
  EXPECT_EQ(value("\"a\"\"b\\n\"", kAnsi), "a\"b\\n");
  EXPECT_EQ(value("_utf8mb4 'a'"), "a");
  EXPECT_EQ(value("$x$a'b\\n$x$"), "a'b\\n");
  EXPECT_EQ(value("$$a\\$b$$", kBefore4), "a$b");
  EXPECT_EQ(value("$$a$$"), "a");
  EXPECT_EQ(value("@`a b`"), "a b");
  EXPECT_EQ(value("@ a"), "a");
  EXPECT_EQ(value("@@session.x"), "session.x");
  EXPECT_EQ(value("word"), "word");
}

TEST(Quoting, undoes_escapes_as_matrixone_does) {
  EXPECT_EQ(value(R"('\n\t\r\b\Z\\\'\"\x')"), "\n\t\r\b\x1a\\'\"x");
  EXPECT_EQ(value(R"('\0')"), std::string(1, '\0'));
  EXPECT_EQ(value(R"('\%\_')"), "\\%\\_");
  EXPECT_EQ(value(R"('\n')", kNoEscapes), "\\n");
}

TEST(Quoting, comes_back_to_the_same_value) {
  for (std::string text :
       {"", "a", "'", "''", "\\", "\\'", "a\nb", "\x01\xFF", "`", "\"", "\\%", "/*", "--"}) {
    text += '\0';
    for (SqlMode mode : {SqlMode{}, kNoEscapes, kAnsi, kBefore4}) {
      EXPECT_EQ(value(quote_string(text, mode), mode), text);
      EXPECT_EQ(value(quote_name(text), mode), text);
    }
  }
}

TEST(Quoting, folds_ascii_only) { EXPECT_EQ(fold("AbÉ_1"), "abÉ_1"); }

}  // namespace
}  // namespace mogate::rewrite::sql
