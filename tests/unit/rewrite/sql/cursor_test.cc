#include "rewrite/sql/cursor.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mogate::rewrite::sql {
namespace {

Cursor at(std::string_view sql) { return Cursor(sql, {}); }

TEST(Cursor, takes_keywords_and_punctuation) {
  Cursor in = at("a B ( c d");
  EXPECT_TRUE(in.accept("A"));
  EXPECT_FALSE(in.accept("A"));
  EXPECT_FALSE(in.accept('('));
  EXPECT_TRUE(in.accept("B"));
  EXPECT_TRUE(in.accept('('));
  EXPECT_FALSE(in.accept("C", "E"));
  EXPECT_TRUE(in.accept("C", "D"));
  in.end();
  EXPECT_FALSE(in.failed());
}

TEST(Cursor, leaves_hints_out) {
  Cursor in = at("/*+ a */ b /*+ c */ /*+ d */ e /*+ f */");
  EXPECT_TRUE(in.accept("B", "E"));
  in.end();
  EXPECT_FALSE(in.failed());
}

TEST(Cursor, reads_names_folded) {
  EXPECT_EQ(at("Abc").name("a name"), "abc");
  EXPECT_EQ(at("`A b`").name("a name"), "a b");
  EXPECT_EQ(at("`from`").name("a name"), "from");
  EXPECT_EQ(at("D.`T`").table(), (TableName{"d", "t"}));
  EXPECT_EQ(at("t").table(), (TableName{"", "t"}));
}

TEST(Cursor, refuses_reserved_words_strings_and_numbers_as_names) {
  for (std::string_view sql : {"from", "'a'", "1", "", "(", "@a"}) {
    Cursor in = at(sql);
    EXPECT_EQ(in.name("a name"), "");
    EXPECT_TRUE(in.failed()) << sql;
  }
}

TEST(Cursor, reads_strings_and_numbers) {
  EXPECT_EQ(at("'a''b'").string("a text"), "a'b");
  EXPECT_EQ(at("42").number("a number"), 42U);
  for (std::string_view sql : {"1.5", "x", "'1'", "99999999999999999999", "-1"}) {
    Cursor in = at(sql);
    EXPECT_EQ(in.number("a number"), 0U);
    EXPECT_TRUE(in.failed()) << sql;
  }
}

TEST(Cursor, takes_placeholders_as_told) {
  std::vector<Param> params{{Param::Kind::text, "x"}, {Param::Kind::number, "7"}};
  Cursor bound("? ?", {}, Placeholders::bound, params);
  EXPECT_EQ(bound.string("a text"), "x");
  EXPECT_EQ(bound.number("a number"), 7U);
  EXPECT_FALSE(bound.failed());
  Cursor declared("? ?", {}, Placeholders::declared);
  declared.string("a text");
  declared.number("a number");
  declared.end();
  EXPECT_FALSE(declared.failed());
  Cursor refused("?", {});
  refused.string("a text");
  EXPECT_TRUE(refused.failed());
}

TEST(Cursor, fails_on_a_null_or_missing_parameter) {
  std::vector<Param> null{{Param::Kind::null, ""}};
  for (std::vector<Param> params : {null, std::vector<Param>{}}) {
    Cursor in("?", {}, Placeholders::bound, params);
    in.string("a text");
    EXPECT_TRUE(in.failed());
  }
}

TEST(Cursor, keeps_the_first_error_and_then_sees_the_end_only) {
  Cursor in = at("a b c");
  in.expect("X");
  in.expect("Y");
  ASSERT_TRUE(in.failed());
  EXPECT_TRUE(in.peek().is_end());
  EXPECT_NE(in.error()->message.find("expected X"), std::string::npos);
}

TEST(Cursor, words_errors_as_matrixone_does) {
  Cursor in = at("FLUSH\n TABLES 1");
  in.take();
  in.take();
  in.name("a table name");
  EXPECT_EQ(in.error()->code, 1064);
  EXPECT_EQ(
      in.error()->message,
      "SQL parser error: You have an error in your SQL syntax; check the manual that corresponds to your "
      "MatrixOne server version for the right syntax to use. syntax error at line 2 column 10 near \" 1\"; "
      "expected a table name");
}

TEST(Cursor, lets_semicolons_and_comments_end_a_statement) {
  Cursor in = at(" ; /* x */ ; -- y");
  in.end();
  EXPECT_FALSE(in.failed());
  Cursor more = at("; x");
  more.end();
  EXPECT_TRUE(more.failed());
}

}  // namespace
}  // namespace mogate::rewrite::sql
