#include "rewrite/session/changes.h"

#include <gtest/gtest.h>

#include <string>

namespace mogate::rewrite {
namespace {

constexpr Dialect kNew{true, {4, 2, 0}};

struct Sent {
  std::string_view sql;
  Ran ran = Ran::succeeded;
};

// The savepoints since which nothing was changed, after all of these.
std::string unchanged(std::initializer_list<Sent> sent) {
  SessionChanges state;
  for (const Sent& one : sent) state.observe(one.sql, kNew, one.ran);
  std::string out;
  for (const auto& name : state.savepoints().unchanged()) out.append(out.empty() ? "" : " ").append(name);
  return out;
}

TEST(Savepoints, stay_unchanged_by_reads) {
  for (std::string_view sql :
       {"select 1", "/* x */ show create table t", "set @a = 1", "use d", "describe t", "desc t",
        "select * from t for update", "with q as (select 1) select * from q", "explain select 1",
        "prepare s from 'delete from t'", "select 1; select 2", "select ';', \"x\""})
    EXPECT_EQ(unchanged({{"savepoint a"}, {sql}}), sql.find('"') == std::string_view::npos ? "a" : "") << sql;
}

TEST(Savepoints, are_changed_by_everything_else) {
  for (std::string_view sql :
       {"insert into t values (1)", "update t set a = 1", "delete from t", "replace into t values (1)",
        "create table t (a int)", "load data infile 'x' into table t", "execute s", "call p()",
        "with q as (select 1) delete from t where a in (select 1)",
        "explain analyze insert into t values (1)", "select 1; insert into t values (1)", "truncate t",
        "(select 1)", "lock tables t read"})
    EXPECT_EQ(unchanged({{"savepoint a"}, {sql}}), "") << sql;
}

TEST(Savepoints, stay_unchanged_by_a_statement_that_failed) {
  EXPECT_EQ(unchanged({{"savepoint a"}, {"insert into t values (1)", Ran::failed}}), "a");
  EXPECT_EQ(unchanged({{"savepoint a"}, {"insert into t values (1)", Ran::perhaps}}), "");
  EXPECT_EQ(unchanged({{"savepoint a"}, {"insert into t values (1); select nope", Ran::failed}}), "");
}

TEST(Savepoints, count_from_where_they_were_made) {
  EXPECT_EQ(unchanged({{"savepoint a"}, {"delete from t"}, {"savepoint `B c`"}}), "b c");
  EXPECT_EQ(unchanged({{"savepoint a"}, {"delete from t"}, {"SAVEPOINT A"}}), "a");
  EXPECT_EQ(unchanged({{"savepoint a; savepoint b"}, {"select 1"}}), "a b");
  EXPECT_EQ(unchanged({{"savepoint a", Ran::failed}}), "");
}

TEST(Savepoints, go_as_in_mysql) {
  EXPECT_EQ(unchanged({{"savepoint a"}, {"savepoint b"}, {"release savepoint a"}}), "");
  EXPECT_EQ(unchanged({{"savepoint a"}, {"savepoint b"}, {"release savepoint b"}}), "a");
  EXPECT_EQ(unchanged({{"savepoint a"}, {"savepoint b"}, {"rollback to savepoint a"}}), "a");
  EXPECT_EQ(unchanged({{"savepoint a"}, {"savepoint b"}, {"rollback work to a", Ran::failed}}), "a b");
  for (std::string_view sql : {"commit", "rollback", "begin", "start transaction", "rollback work"})
    EXPECT_EQ(unchanged({{"savepoint a"}, {sql}}), "") << sql;
}

TEST(Savepoints, are_forgotten_after_too_many) {
  SessionChanges state;
  for (int i = 0; i < 100; ++i) state.observe("savepoint a" + std::to_string(i), kNew, Ran::succeeded);
  EXPECT_EQ(state.savepoints().unchanged().size(), 64U);
}

TEST(Savepoints, are_changed_by_what_nobody_saw) {
  SessionChanges state;
  EXPECT_TRUE(state.savepoints().empty());
  state.observe("savepoint a", kNew, Ran::succeeded);
  EXPECT_FALSE(state.savepoints().empty());
  state.note_change();
  EXPECT_TRUE(state.savepoints().unchanged().empty());
}

}  // namespace
}  // namespace mogate::rewrite
