#include "rewrite/hazard_scanner.h"

#include "rewrite/sql/splitter.h"
#include "unit/rewrite/guards/texts.h"
#include "unit/rewrite/mutations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>

namespace mogate::rewrite {
namespace {

Hazard scanned(std::string_view sql, sql::SqlMode mode = {}) {
  HazardScanner scanner(mode);
  scanner.feed(sql);
  return scanner.finish();
}

Hazard scanned_in_pieces(std::string_view sql, std::size_t size, sql::SqlMode mode = {}) {
  HazardScanner scanner(mode);
  for (std::size_t i = 0; i < sql.size(); i += size) scanner.feed(sql.substr(i, size));
  return scanner.finish();
}

Hazard scanned_cut_at(std::string_view sql, std::size_t cut, sql::SqlMode mode = {}) {
  HazardScanner scanner(mode);
  scanner.feed(sql.substr(0, cut));
  scanner.feed(sql.substr(cut));
  return scanner.finish();
}

void expect_same_in_pieces(std::string_view sql, sql::SqlMode mode = {}) {
  Hazard whole = scanned(sql, mode);
  for (std::size_t size : {1U, 2U, 3U, 7U, 64U, 5000U}) {
    if (sql.size() > 2000 && size < 64) continue;  // each byte would be read again some thousand times
    EXPECT_EQ(scanned_in_pieces(sql, size, mode), whole) << size << ": " << sql.substr(0, 300);
  }
}

// MatrixOne's scanner refuses some of the text, so that nothing of it runs.
bool cannot_run(std::string_view sql, sql::SqlMode mode) {
  sql::Lexer lexer(sql, mode);
  sql::Token t = lexer.next();
  while (!t.is_end()) t = lexer.next();
  return t.kind == sql::TokenKind::bad;
}

// What a short text would be refused or looked into for must not pass because the text is long.
void expect_as_strict_as_parse(const std::string& sql) {
  for (int major : {3, 4}) {
    auto options = test::on(major);
    sql::SqlMode mode = options.dialect.lexer_mode({});
    expect_same_in_pieces(sql, mode);
    if (scanned(sql, mode) != Hazard::none || cannot_run(sql, mode)) continue;
    for (const auto& part : sql::split(sql, mode)) {
      Parsed parsed = parse(part.text, options);
      EXPECT_TRUE(std::holds_alternative<NotOurs>(parsed)) << "MatrixOne " << major << ": " << sql;
    }
  }
}

TEST(HazardScanner, is_as_strict_as_parse_wherever_the_text_is_cut) {
  for (const auto& text : test::guarded_texts()) {
    EXPECT_NE(scanned(text.sql), Hazard::none) << text.sql;
    test::for_mutations(text.sql, 12, expect_as_strict_as_parse);
  }
  for (const auto& text : test::harmless_texts())
    test::for_mutations(text.sql, 12, expect_as_strict_as_parse);
}

TEST(HazardScanner, finds_the_same_at_every_single_cut) {
  for (auto texts : {test::guarded_texts(), test::harmless_texts()})
    for (const auto& text : texts)
      for (std::size_t cut = 0; cut <= text.sql.size(); ++cut)
        ASSERT_EQ(scanned_cut_at(text.sql, cut), scanned(text.sql)) << cut << ": " << text.sql;
}

TEST(HazardScanner, says_what_it_found) {
  EXPECT_EQ(scanned("select 1 where mo_ctl(1,2,3)"), Hazard::mo_ctl);
  EXPECT_EQ(scanned("select 1; select mo_ctl(1,2,3)"), Hazard::mo_ctl);
  EXPECT_EQ(scanned("select * from t{snapshot='a'} minus select * from t{snapshot='b'}"),
            Hazard::two_snapshots);
  EXPECT_EQ(scanned("select * from t{snapshot='a'}; select * from t{snapshot='b'}"), Hazard::none);
  EXPECT_EQ(scanned("flush table t"), Hazard::extended);
  EXPECT_EQ(scanned("select 1; restore cluster {snapshot=a}"), Hazard::extended);
  EXPECT_EQ(scanned("insert into t values ('mo_ctl', 'flush table t')"), Hazard::none);
  EXPECT_EQ(scanned("insert into t values (1); begin; commit"), Hazard::none);
}

TEST(HazardScanner, keeps_the_first_hazard) {
  EXPECT_EQ(scanned("select mo_ctl(1,2,3); flush table t"), Hazard::mo_ctl);
  EXPECT_EQ(scanned("flush table t; select mo_ctl(1,2,3)"), Hazard::extended);
  HazardScanner scanner;
  EXPECT_EQ(scanner.feed("select mo_ctl (1) "), Hazard::none);  // not yet known to end here
  EXPECT_EQ(scanner.feed("                         and more"), Hazard::mo_ctl);
  EXPECT_EQ(scanner.found(), Hazard::mo_ctl);
  EXPECT_EQ(scanner.feed("; flush table t"), Hazard::mo_ctl);
}

std::string repeated(std::string_view what, std::size_t bytes) {
  std::string out;
  while (out.size() < bytes) out += what;
  return out;
}

TEST(HazardScanner, passes_over_long_strings_comments_and_hex_literals) {
  constexpr std::size_t kLong = 9000;
  const std::string longs[] = {
      "'" + repeated("a''b\\'c\\\\", kLong) + "'",
      "\"" + repeated("a\"\"b'", kLong) + "\"",
      "'" + repeated("mo_ctl(1); flush table t; ", kLong) + "'",
      "/*" + repeated("* /mo_ctl'", kLong) + "*/ 1",
      "1 -- " + repeated("mo_ctl'", kLong) + "\n",
      "1 # " + repeated("mo_ctl\"", kLong) + "\n",
      "0x" + repeated("0aF", kLong),
      "x'" + repeated("0aF1", kLong) + "'",
      "_utf8mb4 '" + repeated("a", kLong) + "'",
      repeated(" \t\n", kLong) + "1",
      "1" + repeated(" \n", kLong),
  };
  for (const std::string& part : longs) {
    std::string harmless = "insert into t values (1, " + part + ", 2)";
    EXPECT_EQ(scanned(harmless), Hazard::none) << part.substr(0, 40);
    expect_same_in_pieces(harmless);
    std::string hazard = harmless + ", (mo_ctl(1,2,3)); select '";
    EXPECT_EQ(scanned(hazard), Hazard::mo_ctl) << part.substr(0, 40);
    for (std::size_t from = hazard.size() - 60; from < hazard.size(); ++from)
      EXPECT_EQ(scanned_cut_at(hazard, from), Hazard::mo_ctl) << part.substr(0, 40);
    expect_same_in_pieces(hazard);
  }
}

TEST(HazardScanner, takes_long_names_numbers_and_hints_for_a_hazard) {
  for (std::size_t size : {1000U, 4090U, 4095U, 4096U, 4097U, 4100U, 5000U, 20000U}) {
    std::string filler(size, '1');
    for (std::string part :
         {"a" + filler, "`" + filler + "`", filler, "@" + filler, "$" + filler + "$ x $" + filler + "$",
          "/*+ " + filler + "*/ 1", "0x" + filler + "g", "b'" + filler + "'", "0b" + filler + ""}) {
      std::string sql = "select " + part + " from t where a = 1 and b = 'something else'";
      bool borderline = part.size() > 4000 && part.size() < 4200;
      if (!borderline) {
        EXPECT_EQ(scanned(sql) != Hazard::none, part.size() > 4200) << part.substr(0, 10) << size;
      }
      expect_same_in_pieces(sql);
    }
  }
}

TEST(HazardScanner, follows_the_sql_mode) {
  constexpr sql::SqlMode kAnsi{true, false, false}, kNoEscapes{false, true, false};
  EXPECT_EQ(scanned("select '\\', mo_ctl(1,2,3), '", kNoEscapes), Hazard::mo_ctl);
  EXPECT_EQ(scanned("select '\\', mo_ctl(1,2,3), '"), Hazard::none);
  EXPECT_EQ(scanned("select \"mo_ctl\"", kAnsi), Hazard::mo_ctl);
  std::string string = "select '" + repeated("\\", 20001) + "', mo_ctl(1,2,3)";
  EXPECT_EQ(scanned(string, kNoEscapes), Hazard::mo_ctl);
  EXPECT_EQ(scanned(string), Hazard::none);
  expect_same_in_pieces(string, kNoEscapes);
  expect_same_in_pieces(string);
}

TEST(HazardScanner, counts_a_delete_without_where_only_when_it_ends) {
  std::string comment = "/*" + repeated(" x", 20000) + "*/";
  EXPECT_EQ(scanned("delete from t " + comment), Hazard::extended);
  EXPECT_EQ(scanned("delete from t " + comment + "; select 1"), Hazard::extended);
  EXPECT_EQ(scanned("delete from t " + comment + " where a = 1"), Hazard::none);
  EXPECT_EQ(scanned("delete from t 'never ends"), Hazard::none);
}

}  // namespace
}  // namespace mogate::rewrite
