#include "proxy/session/reading.h"

#include <gtest/gtest.h>

namespace mogate::proxy {
namespace {

rewrite::ParseOptions options_for(std::string_view version = "8.0.30-MatrixOne-v4.2.0") {
  rewrite::ParseOptions options;
  options.dialect = rewrite::parse_version(version);
  return options;
}

struct Case {
  const char* name;
  const char* text;
  bool several;
  std::vector<const char*> natives;  // "" stands for one of the gateway's own
};

TEST(Reading, JoinsNativeNeighboursAndKeepsOwnStatementsApart) {
  const Case cases[] = {
      {"one native", "select 1", false, {"select 1"}},
      {"one native with its end", "select 1;", false, {"select 1"}},
      {"natives stay together, as written",
       "select 1 ; /* x */ select 2;",
       true,
       {"select 1 ; /* x */ select 2"}},
      {"one of ours", "checkpoint", false, {""}},
      {"ours between natives",
       "select 1; checkpoint; select 2; select 3",
       true,
       {"select 1", "", "select 2; select 3"}},
      {"ours twice", "checkpoint;flush table d.t;", true, {"", ""}},
      {"a separator in a string", "select ';checkpoint;'", false, {"select ';checkpoint;'"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto reading = read_statements(c.text, options_for());
    EXPECT_FALSE(reading.error);
    EXPECT_EQ(reading.several, c.several);
    ASSERT_EQ(reading.pieces.size(), c.natives.size());
    for (std::size_t i = 0; i < c.natives.size(); ++i) {
      EXPECT_EQ(reading.pieces[i].ours.has_value(), *c.natives[i] == '\0');
      if (!reading.pieces[i].ours) {
        EXPECT_EQ(reading.pieces[i].text, c.natives[i]);
      }
    }
  }
}

TEST(Reading, IsPlainOnlyWithoutAnythingOfOurs) {
  EXPECT_TRUE(read_statements("select 1; select 2", options_for()).plain());
  EXPECT_TRUE(read_statements("", options_for()).plain());
  EXPECT_FALSE(read_statements("select 1; checkpoint", options_for()).plain());
}

TEST(Reading, AStatementOfOursThatDoesNotParseIsAnErrorForTheWholePacket) {
  auto reading = read_statements("insert into t values (1); flush table", options_for());
  ASSERT_TRUE(reading.error || !reading.plain());
  auto wrong = read_statements("select 1; snapshot drop", options_for());
  ASSERT_TRUE(wrong.error);
  EXPECT_EQ(wrong.error->code, protocol::errc::parse_error);
  EXPECT_FALSE(wrong.plain());
}

TEST(Reading, WhatFollowsAChangeOfSqlModeMayHideNothing) {
  struct {
    const char* text;
    bool refused;
  } cases[] = {
      {"set sql_mode = 'NO_BACKSLASH_ESCAPES'; select '\\'; checkpoint; select '", true},
      {"set sql_mode = 'NO_BACKSLASH_ESCAPES'; select 'a\\nb'", false},
      {"set sql_mode = ''; select 1; select 2", false},
      {"call p(); select \"x\"", false},
      {"call p(); select '\\'; checkpoint; select '", true},
      {"select 1; set sql_mode = 'ANSI_QUOTES'", false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(read_statements(c.text, options_for()).error.has_value(), c.refused) << c.text;
    EXPECT_FALSE(read_statements(c.text, options_for("8.0.30-MatrixOne-v3.0.12")).error) << c.text;
  }
}

TEST(Reading, DependsOnSqlModeOnlyWhereAReadingDiffers) {
  struct {
    const char* text;
    bool depends;
  } cases[] = {
      {"select 1", false},
      {"select 'a\\'b'", false},  // none of ours in any mode
      {"select \"a\" from t", false},
      {"select '\\'; checkpoint; select '", true},  // with NO_BACKSLASH_ESCAPES there is a checkpoint in it
      {"flush table \"d\".\"t\"", true},
  };
  for (const auto& c : cases) EXPECT_EQ(depends_on_sql_mode(c.text, options_for()), c.depends) << c.text;
}

TEST(Reading, AServerThatIgnoresSqlModeIsNotAsked) {
  EXPECT_FALSE(
      depends_on_sql_mode("select '\\'; checkpoint; select '", options_for("8.0.30-MatrixOne-v3.0.12")));
}

TEST(Reading, knows_a_text_of_nothing_but_sets) {
  struct Row {
    std::string_view text;
    bool only_sets;
  };
  for (auto [text, only_sets] :
       {Row{"SET a = 1", true}, Row{"set a = 1; /* x */ SET b = 2;", true}, Row{"SET a = 1; SELECT 1", false},
        Row{"SELECT 1; SET a = 1", false}, Row{"SET a = 1; /*! SET b = 2 */", false}, Row{"SETS", false}})
    EXPECT_EQ(read_statements(text, {}).only_sets, only_sets) << text;
}

TEST(Reading, FollowsTheCurrentDatabaseToWhatMayNotBeWritten) {
  auto tables = std::make_shared<rewrite::SubscribedTables>();
  tables->add(0, "kept", "", "s");
  auto options = options_for();
  options.read_only = {{tables, tables->of(0)}, "other"};
  for (const char* sql :
       {"use kept; insert into t values (1)", "use `Kept`; use kept; delete from t",
        "select 1; insert into kept.t values (1)", "use other; select 1; use kept; drop table t"}) {
    auto reading = read_statements(sql, options);
    ASSERT_TRUE(reading.error) << sql;
    EXPECT_EQ(reading.error->code, 22401) << sql;
  }
  for (const char* sql : {"use kept; use other; insert into t values (1)", "insert into t values (1)",
                          "use kept; insert into other.t select * from t"})
    EXPECT_TRUE(read_statements(sql, options).plain()) << sql;
}

}  // namespace
}  // namespace mogate::proxy
