#include "rewrite/parser.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using test::error_of;
using test::parse_sql;
using test::statement_of;

TEST(Parser, RecognisesEachStatement) {
  const std::pair<const char*, const char*> cases[] = {
      {"FLUSH TABLE t", "FLUSH TABLE"},
      {"flush tables d.t, `a b`.c with checkpoint", "FLUSH TABLE"},
      {"FLUSH NO_WRITE_TO_BINLOG TABLES t", "FLUSH TABLE"},
      {"FLUSH TABLES", "FLUSH"},
      {"FLUSH /*!40101 LOCAL */ TABLES", "FLUSH"},
      {"FLUSH LOCAL LOGS", "FLUSH"},
      {"FLUSH DATABASE d", "FLUSH DATABASE"},
      {"CHECKPOINT", "CHECKPOINT"},
      {"INCREMENTAL CHECKPOINT", "CHECKPOINT"},
      {"CHECKPOINT INCREMENTAL TIMEOUT 5", "CHECKPOINT"},
      {"GLOBAL CHECKPOINT", "GLOBAL CHECKPOINT"},
      {"CHECKPOINT GLOBAL", "GLOBAL CHECKPOINT"},
      {"SNAPSHOT CLUSTER", "SNAPSHOT CREATE"},
      {"SNAPSHOT CREATE s FOR TABLE d t", "SNAPSHOT CREATE"},
      {"SNAPSHOT SHOW", "SNAPSHOT SHOW"},
      {"SNAPSHOT DROP s", "SNAPSHOT DROP"},
      {"SNAPSHOT RESTORE s", "SNAPSHOT RESTORE"},
      {"RESTORE CLUSTER {SNAPSHOT = s}", "RESTORE"},
      {"SNAPSHOT DIFF a b TABLE t", "SNAPSHOT DIFF"},
      {"SHOW GATEWAY STATUS", "SHOW GATEWAY"},
      {"RELOAD GATEWAY", "RELOAD GATEWAY"},
      {"EXPLAIN GATEWAY CHECKPOINT", "EXPLAIN GATEWAY"},
      {"KILL QUERY 5", "KILL"},
      {"  \n-- a comment\n/* another */ # and one\n FlUsH\tTaBlE /* x */ t ;; ", "FLUSH TABLE"},
      {"/*+ a hint */ CHECKPOINT /*+ b */ GLOBAL", "GLOBAL CHECKPOINT"},
  };
  for (const auto& [sql, kind] : cases) EXPECT_EQ(kind_name(statement_of(sql)), kind) << sql;
}

TEST(Parser, LeavesWhatIsNotOurs) {
  const char* cases[] = {
      "",
      ";",
      "-- FLUSH TABLE t",
      "SELECT 1",
      "SHOW SNAPSHOTS",
      "CREATE SNAPSHOT s FOR CLUSTER",
      "DROP SNAPSHOT s",
      "FLUSH SLOW LOGS",
      "FLUSH STATUS, SSL",
      "FLUSH KILL 5",
      "FLUSH RESTORE",
      "SHOW GATEWAYS",
      "SHOW TABLES",
      "GLOBAL x",
      "INCREMENTAL",
      "EXPLAIN SELECT 1",
      "EXPLAIN CHECKPOINT",
      "'SNAPSHOT' SHOW",
      "`FLUSH` TABLE t",
      "SNAPSHOTS",
      "KILL",
      "KILL @x",
      "KILL QUERY 'a'",
      "KILL 5abc",
      "SELECT 1; CHECKPOINT",
  };
  for (const char* sql : cases) EXPECT_TRUE(std::holds_alternative<NotOurs>(parse_sql(sql))) << sql;
}

TEST(Parser, WhatBeginsLikeOursAndDoesNotParseIsASyntaxErrorInMatrixOnesWords) {
  struct Case {
    const char* sql;
    const char* where;
    const char* expected;
  };
  const Case cases[] = {
      {"FLUSH TABLE", "line 1 column 11 near \"\";", nullptr},
      {"FLUSH TABLE 5", "line 1 column 13 near \" 5\";", "a table name"},
      {"FLUSH TABLE t,", "line 1 column 14 near \"\";", "a table name"},
      {"FLUSH TABLE t WITH", "line 1 column 18 near \"\";", "CHECKPOINT"},
      {"FLUSH TABLE a b", "line 1 column 15 near \" b\";", "the end of the statement"},
      {"FLUSH DATABASE", "line 1 column 14 near \"\";", "a database name"},
      {"CHECKPOINT NOW", "line 1 column 14 near \" NOW\";", "the end of the statement"},
      {"CHECKPOINT TIMEOUT 'x'", "line 1 column 22 near \" 'x'\";", "a number of seconds"},
      {"CHECKPOINT TIMEOUT ?", "line 1 column 20 near \" ?\";", "a number of seconds"},
      {"SNAPSHOT", "line 1 column 8 near \"\";",
       "CREATE, SHOW, DROP, RESTORE, DIFF, CLUSTER, ACCOUNT, DATABASE or TABLE"},
      {"SNAPSHOT\n  FOO bar", "line 2 column 6 near \"\n  FOO bar\";",
       "CREATE, SHOW, DROP, RESTORE, DIFF, CLUSTER, ACCOUNT, DATABASE or TABLE"},
      {"SNAPSHOT CREATE s", "line 1 column 17 near \"\";", "FOR"},
      {"SNAPSHOT CREATE IF s", "line 1 column 20 near \" s\";", "NOT"},
      {"SNAPSHOT CREATE s FOR x", "line 1 column 23 near \" x\";", "CLUSTER, ACCOUNT, DATABASE or TABLE"},
      {"SNAPSHOT DROP IF s", "line 1 column 18 near \" s\";", "EXISTS"},
      {"SNAPSHOT SHOW LIKE x", "line 1 column 20 near \" x\";", "a pattern in quotes"},
      {"SNAPSHOT DIFF a TABLE t", "line 1 column 21 near \" TABLE t\";", "a second snapshot name"},
      {"SNAPSHOT RESTORE s TO b", "line 1 column 23 near \" b\";", "ACCOUNT"},
      {"SNAPSHOT SHOW LIKE 'x", "line 1 column 21 near \" 'x\";", "a pattern in quotes"},
      {"RESTORE s", "line 1 column 9 near \" s\";", "CLUSTER, ACCOUNT, DATABASE or TABLE"},
      {"RESTORE TABLE t {SNAPSHOT = s}", "line 1 column 17 near \" {SNAPSHOT = s}\";",
       "a table name with its database"},
      {"SHOW GATEWAY", "line 1 column 12 near \"\";",
       "STATUS, SESSIONS, OPERATIONS, BACKENDS, DIGESTS, METRICS or POLICIES"},
      {"EXPLAIN GATEWAY", "line 1 column 15 near \"\";", "a statement of the gateway"},
      {"EXPLAIN GATEWAY FLUSH TABLE 5", "line 1 column 29 near \" 5\";", "a table name"},
      {"KILL 99999999999999999999", "line 1 column 25 near \" 99999999999999999999\";", "a connection id"},
      {"KILL 5 6", "line 1 column 8 near \" 6\";", "the end of the statement"},
  };
  const std::string start =
      "SQL parser error: You have an error in your SQL syntax; check the manual that corresponds to your "
      "MatrixOne "
      "server version for the right syntax to use. syntax error at ";
  for (const Case& c : cases) {
    Parsed parsed = parse_sql(c.sql);
    if (c.expected == nullptr) {
      EXPECT_EQ(kind_name(statement_of(c.sql)), "FLUSH") << c.sql;
      continue;
    }
    EXPECT_EQ(error_of(parsed).code, 1064) << c.sql;
    EXPECT_EQ(error_of(parsed).message, start + c.where + " expected " + c.expected) << c.sql;
  }
}

TEST(Parser, TheOffCommentSwitchesOffOnlyExtendedStatements) {
  const std::pair<const char*, bool> cases[] = {
      {"/* mogate:off */ CHECKPOINT", false},
      {"/*mogate:off*/CHECKPOINT", false},
      {"  /* other */ /* MoGate:OFF */ FLUSH TABLE t", false},
      {"/* mogate:off */ EXPLAIN GATEWAY CHECKPOINT", false},
      {"/* mogate:off */ KILL 5", true},
      {"/* mogate:off */ RESTORE CLUSTER {SNAPSHOT = s}", true},
      {"/* mogate:on */ CHECKPOINT", true},
      {"/* mogate:off x */ CHECKPOINT", true},
      {"CHECKPOINT /* mogate:off */", true},
      {"-- mogate:off\nCHECKPOINT", true},
  };
  ParseOptions options;
  options.dialect = test::v4_2;
  for (const auto& [sql, ours] : cases) {
    options.off_comment = true;
    EXPECT_EQ(std::holds_alternative<Statement>(parse(sql, options)), ours) << sql;
    options.off_comment = false;
    EXPECT_TRUE(std::holds_alternative<Statement>(parse(sql, options))) << sql;
  }
  options.off_comment = true;
  EXPECT_TRUE(std::holds_alternative<NotOurs>(parse("/* mogate:off */ SNAPSHOT nonsense", options)));
  options.recognise_extended = false;
  EXPECT_TRUE(std::holds_alternative<NotOurs>(parse("CHECKPOINT", options)));
  EXPECT_TRUE(std::holds_alternative<Statement>(parse("KILL 5", options)));
}

TEST(Parser, GuardsThatAreOffLeaveTheNativeStatement) {
  ParseOptions options;
  options.dialect = test::v4_2;
  options.guards.kill = options.guards.restore = false;
  EXPECT_TRUE(std::holds_alternative<NotOurs>(parse("KILL 5", options)));
  EXPECT_TRUE(std::holds_alternative<NotOurs>(parse("RESTORE CLUSTER {SNAPSHOT = s}", options)));
  EXPECT_TRUE(std::holds_alternative<Statement>(parse("SNAPSHOT RESTORE s", options)));
}

TEST(Parser, ExplainsOnlyWhatTheGatewayTreats) {
  EXPECT_EQ(error_of(parse_sql("EXPLAIN GATEWAY SELECT 1")).code, 20105);
  EXPECT_EQ(error_of(parse_sql("EXPLAIN GATEWAY EXPLAIN GATEWAY CHECKPOINT")).code, 20105);
  auto explain = test::parsed_as<ExplainGateway>("EXPLAIN GATEWAY SNAPSHOT DROP s");
  ASSERT_TRUE(explain.explained);
  EXPECT_EQ(kind_name(*explain.explained), "SNAPSHOT DROP");
}

TEST(Parser, PlaceholdersStandForStringsAndNumbers) {
  ParseOptions options;
  options.dialect = test::v4_2;
  const char* sql = "SNAPSHOT SHOW LIKE ?";
  EXPECT_EQ(error_of(parse(sql, options)).code, 1064);
  options.placeholders = Placeholders::declared;
  EXPECT_TRUE(std::holds_alternative<Statement>(parse(sql, options)));
  EXPECT_EQ(error_of(parse("SNAPSHOT DROP ?", options)).code, 1064);
  options.placeholders = Placeholders::bound;
  EXPECT_EQ(error_of(parse(sql, options)).code, 1064) << "no parameter";
  const Param text{Param::Kind::text, "a'%"}, number{Param::Kind::number, "30"}, null{};
  options.params = {&text, 1};
  Parsed like = parse(sql, options);
  ASSERT_TRUE(std::holds_alternative<Statement>(like));
  EXPECT_EQ(std::get<SnapshotShow>(std::get<Statement>(like).as).like, "a'%");
  EXPECT_EQ(error_of(parse("CHECKPOINT TIMEOUT ?", options)).code, 1064) << "not a number";
  options.params = {&number, 1};
  Parsed timeout = parse("EXPLAIN GATEWAY CHECKPOINT TIMEOUT ?", options);
  ASSERT_TRUE(std::holds_alternative<Statement>(timeout));
  const auto& explained = *std::get<ExplainGateway>(std::get<Statement>(timeout).as).explained;
  EXPECT_EQ(std::get<Checkpoint>(explained.as).timeout_seconds, 30U);
  options.params = {&null, 1};
  EXPECT_EQ(error_of(parse(sql, options)).code, 1064) << "NULL";
}

TEST(Parser, CountsPlaceholdersOutsideStringsAndComments) {
  const std::pair<const char*, std::size_t> cases[] = {
      {"", 0},
      {"SELECT 1", 0},
      {"SELECT ?", 1},
      {"SNAPSHOT SHOW LIKE ?", 1},
      {"SELECT ?, '?', `?`, ? /* ? */ -- ?\n, ?", 3},
  };
  for (const auto& [sql, count] : cases) EXPECT_EQ(count_placeholders(sql), count) << sql;
}

TEST(Parser, FollowsTheSessionsSqlMode) {
  ParseOptions options;
  options.dialect = test::v4_2;
  options.mode.ansi_quotes = true;
  EXPECT_TRUE(std::holds_alternative<Statement>(parse("SNAPSHOT DROP \"s\"", options)));
  options.dialect = test::v3_0;
  EXPECT_EQ(error_of(parse("SNAPSHOT DROP \"s\"", options)).code, 1064) << "3.0 does not know ANSI_QUOTES";
}

TEST(Statement, OnlyTheGatewaysOwnAndRestoreAreExtended) {
  EXPECT_TRUE(is_extended(statement_of("CHECKPOINT")));
  EXPECT_TRUE(is_extended(statement_of("RESTORE CLUSTER {SNAPSHOT = s}")));
  EXPECT_TRUE(is_extended(statement_of("FLUSH TABLES")));
  EXPECT_FALSE(is_extended(statement_of("KILL 5")));
  EXPECT_FALSE(is_extended({NeedsSys{"mo_ctl"}}));
  EXPECT_FALSE(is_extended({Clone{}}));
  EXPECT_FALSE(is_extended({DataBranch{}}));
  EXPECT_FALSE(is_extended({DeleteAll{}}));
  EXPECT_FALSE(is_extended({PrepareFromVariable{}}));
}

}  // namespace
}  // namespace mogate::rewrite
