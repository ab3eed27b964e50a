#include "rewrite/dialect.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

TEST(Dialect, ReadsTheVersionOfTheGreeting) {
  struct Case {
    const char* text;
    bool is_matrixone;
    Version version;
  };
  const Case cases[] = {
      {"8.0.30-MatrixOne-v4.2.0-head", true, {4, 2, 0}},
      {"8.0.30-MatrixOne-v3.0.12", true, {3, 0, 12}},
      {"8.0.30-MatrixOne-v2.2.0", true, {2, 2, 0}},
      {"8.0.30-MatrixOne-v4.0.0-rc1", true, {4, 0, 0}},
      {"8.0.30-MatrixOne-v10.11.12", true, {10, 11, 12}},
      {"MatrixOne1.3.0", true, {1, 3, 0}},
      {"8.0.30-MatrixOne-v4.2", true, {4, 2, 0}},
      {"8.0.30-MatrixOne-vx.y.z", true, {4, 2, 0}},
      {"8.0.30-MatrixOne-v3.0.99999999999999", true, {4, 2, 0}},
      {"8.0.30-MatrixOne", true, {4, 2, 0}},
      {"10.11.6-MariaDB", false, {4, 2, 0}},
      {"", false, {4, 2, 0}},
  };
  for (const Case& c : cases) {
    Dialect d = parse_version(c.text);
    EXPECT_EQ(d.is_matrixone, c.is_matrixone) << c.text;
    EXPECT_TRUE(d.version == c.version) << c.text;
  }
}

TEST(Dialect, KnowsWhatEachVersionUnderstands) {
  struct Case {
    Version version;
    bool new_restore, clone, data_branch, after_alter, in_transaction;
  };
  const Case cases[] = {
      {{2, 2, 2}, false, false, false, false, false}, {{3, 0, 0}, false, true, false, false, false},
      {{3, 0, 5}, false, true, true, false, false},   {{3, 0, 18}, false, true, true, false, false},
      {{4, 0, 0}, true, true, true, true, true},      {{4, 2, 0}, true, true, true, true, true},
  };
  for (const Case& c : cases) {
    Dialect d{true, c.version};
    std::string name = std::to_string(c.version.major) + "." + std::to_string(c.version.minor) + "." +
                       std::to_string(c.version.patch);
    EXPECT_EQ(d.has_new_restore(), c.new_restore) << name;
    EXPECT_EQ(d.has_clone(), c.clone) << name;
    EXPECT_EQ(d.has_data_branch(), c.data_branch) << name;
    EXPECT_EQ(d.diff_survives_alter(), c.after_alter) << name;
    EXPECT_EQ(d.diff_in_transaction(), c.in_transaction) << name;
  }
}

TEST(Dialect, HeedsTheSqlModeFromFourOn) {
  sql::SqlMode wanted;
  wanted.ansi_quotes = wanted.no_backslash_escapes = true;
  EXPECT_EQ(parse_version("8.0.30-MatrixOne-v4.2.0").lexer_mode(wanted), wanted);
  sql::SqlMode old = parse_version("8.0.30-MatrixOne-v3.0.12").lexer_mode(wanted);
  EXPECT_FALSE(old.ansi_quotes);
  EXPECT_FALSE(old.no_backslash_escapes);
  EXPECT_TRUE(old.before_4);
}

}  // namespace
}  // namespace mogate::rewrite
