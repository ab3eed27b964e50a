#include "policies/statement_facts.h"

#include <gtest/gtest.h>

namespace mogate::policies {
namespace {

struct Case {
  const char* sql;
  const char* expected;
};

TEST(Kind, is_read_behind_comments_case_parentheses_and_with) {
  constexpr Case kCases[] = {
      {"select 1", "SELECT"},
      {"(((SELECT 1)))", "SELECT"},
      {"/* x */ -- y\n sElEcT 1", "SELECT"},
      {"/*! drop table t */", "DROP TABLE"},
      {"with a as (delete from t) select 1", "SELECT"},
      {"with a as (select 1) delete from t", "DELETE"},
      {"drop table if exists t", "DROP TABLE"},
      {"drop tables a, b", "DROP TABLE"},
      {"DROP SCHEMA d", "DROP DATABASE"},
      {"create or replace view v as select 1", "CREATE VIEW"},
      {"create unique index i on t (a)", "CREATE INDEX"},
      {"create temporary table t (a int)", "CREATE TABLE"},
      {"create snapshot s for database d", "CREATE SNAPSHOT"},
      {"drop prepare p", "DEALLOCATE"},
      {"explain select 1", "EXPLAIN"},
      {"explain analyze verbose delete from t", "DELETE"},
      {"explain gateway snapshot restore s", "EXPLAIN"},
      {"desc t", "EXPLAIN"},
      {"start transaction", "BEGIN"},
      {"set global a = 1", "SET GLOBAL"},
      {"set @@global.a = 1", "SET GLOBAL"},
      {"set a = 1", "SET"},
      {"snapshot restore s", "SNAPSHOT RESTORE"},
      {"snapshot table t", "SNAPSHOT CREATE"},
      {"data branch diff a against b", "DATA BRANCH"},
      {"truncate t", "TRUNCATE"},
      {"`select` 1", ""},
      {"", ""},
  };
  for (const auto& c : kCases) EXPECT_EQ(read_statement(c.sql, {}).kind, c.expected) << c.sql;
}

TEST(Kind, tells_what_changes_nothing) {
  for (const char* sql :
       {"select 1", "show tables", "begin", "set a = 1", "explain delete from t", "values row(1)"})
    EXPECT_TRUE(changes_nothing(read_statement(sql, {}))) << sql;
  for (const char* sql :
       {"insert into t values (1)", "select 1 into outfile 'x'", "explain analyze delete from t",
        "set global a = 1", "call p()", "grant all on t to u", "data branch merge a into b", "something new",
        "restore database d {snapshot = s}", "with a as (select 1) update t set a = 1"})
    EXPECT_FALSE(changes_nothing(read_statement(sql, {}))) << sql;
}

std::string tables_of(std::string_view sql) {
  std::string out;
  for (const auto& t : read_statement(sql, {}).tables)
    out += (out.empty() ? "" : " ") + (t.database.empty() ? "" : t.database + ".") +
           (t.table.empty() ? "*" : t.table);
  return out;
}

TEST(NamedTables, are_found_wherever_they_stand) {
  constexpr Case kCases[] = {
      {"select a from t", "t"},
      {"select * from `D`.`T` x, e.u as y join v on x.a = y.a, w where a in (select b from z)",
       "d.t e.u v w z"},
      {"select (select max(a) from b.c), f(d, e) from t", "b.c t"},
      {"select * from (a, (b join c on 1))", "a b c"},
      {"select * from (select * from a union select * from b) x", "a b"},
      {"select a from t order by b, c limit 1", "t"},
      {"insert into t (a, b) select c, d from u", "t u"},
      {"insert t values (1)", "t"},
      {"replace into d.t set a = 1", "d.t"},
      {"update t, u set t.a = 1 where b in (select c from v)", "t u v"},
      {"delete from t using t join u", "t t u"},
      {"delete a, b from a join b", "a b a b"},
      {"insert into t values (1) on duplicate key update a = 1", "t"},
      {"select a from t for update", "t"},
      {"drop table if exists a, d.b", "a d.b"},
      {"drop database d", "d.*"},
      {"truncate table t", "t"},
      {"truncate d.t", "d.t"},
      {"create table t (a int, b int)", "t"},
      {"create table t like u", "t u"},
      {"create table t as select * from u", "t u"},
      {"create table d.t clone e.u", "d.t e.u"},
      {"create database d clone e", "d.* e.*"},
      {"create index i on t (a)", "t"},
      {"alter table t rename to u", "t u"},
      {"rename table a to b, c to d", "a b c d"},
      {"grant select on d.t to r", "d.t"},
      {"lock tables a read", "a"},
      {"load data infile 'x' into table t (a)", "t"},
      {"desc d.t", "d.t"},
      {"show columns from t", "t"},
      {"table t", "t"},
      {"select * from t {snapshot = 's'}, u", "t u"},
      {"with c as (select * from t) select * from c", "t c"},
      {"select/**/a/**/from/**/t", "t"},
      {"data branch diff a against b", "a b"},
      {"select 'from x'", ""},
      {"select a like b, replace(c, d, e) from t", "t"},
  };
  for (const auto& c : kCases) EXPECT_EQ(tables_of(c.sql), c.expected) << c.sql;
}

TEST(PlainText, is_the_same_however_it_is_written) {
  constexpr Case kCases[] = {
      {"SELECT  a FROM `t`  WHERE b='x'", "select a from t where b = ?"},
      {"select/**/a -- x\nfrom t where b=\"y\"", "select a from t where b = ?"},
      {"/*!select*/ a from t where b = 'it''s'", "select a from t where b = ?"},
      {"select a from t where b in (1, 2, 3)", "select a from t where b in (?)"},
      {"insert into t values (1, 'a'), (2, 'b')", "insert into t values (?)"},
      {"select d . t . a from t", "select d.t.a from t"},
      {"select `a b` from `T`", "select `a b` from t"},
      {"select /*+ x */ 1", "select ?"},
  };
  for (const auto& c : kCases) EXPECT_EQ(read_statement(c.sql, {}).text, c.expected) << c.sql;
  EXPECT_EQ(read_statement("select \"a\", 0X1f, 'b'", {}).literals, "select 'a', 0x1f, 'b'");
  EXPECT_EQ(read_statement("select 1", {}).digest, read_statement("SELECT /**/ 2", {}).digest);
  EXPECT_NE(read_statement("select 1", {}).digest, read_statement("select a", {}).digest);
}

TEST(StatementFacts, see_what_gets_around_rules) {
  EXPECT_TRUE(read_statement("select /*+ {\"rewrites\": {}} */ 1", {}).rewrite_hint);
  EXPECT_FALSE(read_statement("select /*+ MAX_EXECUTION_TIME(9) */ 1", {}).rewrite_hint);
  EXPECT_TRUE(read_statement("set enable_remap_hint = 1", {}).rewrite_hint);
  EXPECT_TRUE(read_statement("create function f() returns int", {}).makes_routine);
  EXPECT_TRUE(read_statement("delete from t", {}).without_where);
  EXPECT_TRUE(read_statement("update t set a = (select 1 from u where b = 1)", {}).without_where);
  EXPECT_FALSE(read_statement("delete from t where true", {}).without_where);
}

}  // namespace
}  // namespace mogate::policies
