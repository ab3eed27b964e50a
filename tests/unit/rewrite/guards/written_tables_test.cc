#include "rewrite/guards/written_tables.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace mogate::rewrite {
namespace {

// "d.t u" for {{d, t}, {"", u}}, each once and in order of the alphabet; "d." is a whole database.
std::string written(std::string_view sql, sql::SqlMode mode = {}) {
  std::vector<std::string> names;
  for (const sql::TableName& name : written_tables(sql, mode))
    names.push_back((name.database.empty() ? "" : name.database + ".") + name.table);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : " ") + name;
  return out;
}

struct Case {
  const char* sql;
  const char* written;
};

void expect(std::initializer_list<Case> cases) {
  for (const Case& c : cases) EXPECT_EQ(written(c.sql), c.written) << c.sql;
}

TEST(WrittenTables, are_those_of_insert_replace_and_load) {
  expect({
      {"INSERT INTO t VALUES (1)", "t"},
      {"insert d.t (a, b) select a, b from e.u", "d.t"},
      {"INSERT IGNORE INTO `D`.`T` SET a = 1", "d.t"},
      {"insert low_priority into x.d.t values (1)", "d.t"},
      {"insert overwrite d.t select 1", "d.t"},
      {"REPLACE INTO d . t VALUES (1)", "d.t"},
      {"replace d.t partition (p0) values (1)", "d.t"},
      {"INSERT/**/INTO/* d.u */d/**/./**/t-- x\nVALUES(1)", "d.t"},
      {"insert into /*! d. */ t values (1)", "d.t"},
      {"/*! insert into d.t */ values (1)", "d.t"},
      {"insert into t with c as (select 1) select * from c", "t"},
      {"with c as (select 1) insert into d.t select * from c", "d.t"},
      {"(insert into d.t values (1))", "d.t"},
      {"LOAD DATA LOCAL INFILE 'INTO TABLE u' REPLACE INTO TABLE d.t FIELDS TERMINATED BY ','", "d.t"},
      {"load data infile {'filepath'='x'} into table t (a, @b) set c = @b", "t"},
      {"load data inline format='csv', data='1,2\n' into table d.t", "d.t"},
      {"SELECT 1 INTO OUTFILE 'x'", ""},
      {"select * from t for update", ""},
      {"VALUES ROW(1)", ""},
  });
}

TEST(WrittenTables, of_an_update_are_those_whose_columns_are_set) {
  expect({
      {"UPDATE t SET a = 1", "t"},
      {"update ignore d.t as x set x.a = 1 where b in (select 1 from e.u)", "d.t"},
      {"update d.t, e.u set t.a = u.a", "d.t"},
      {"update d.t x join e.u y on x.a = y.a set y.b = x.b, y.c = f(x.d, 2) where x.z = 1", "e.u"},
      {"update d.t x join e.u y on x.a = y.a set x.b = 1, y.c = 2", "d.t e.u"},
      {"update d.t left join e.u on true set b = 1", "d.t e.u"},
      {"update d.t join e.u set d.t.b = 1", "d.t"},
      {"update (select 1) s, d.t set t.b = s.a", "d.t"},
      {"update t straight_join u using (a) set u.b = 1", "u"},
      {"with c as (select a from e.u) update d.t join c on true set t.b = c.a", "d.t"},
      {"update d.t set a = case when b then 1 else 2 end", "d.t"},
      {"update e.u, d.t set u.a = (select max(a) from d.t where a < 5), t.b = 2", "d.t e.u"},
  });
}

TEST(WrittenTables, of_a_delete_are_its_targets_and_not_what_is_only_read) {
  expect({
      {"DELETE FROM d.t WHERE a = 1", "d.t"},
      {"delete low_priority quick from t as x where x.a = 1", "t"},
      {"delete from t partition (p) limit 1", "t"},
      {"DELETE t FROM t JOIN e.u ON t.a = u.a", "t"},
      {"delete t from d.t join e.u on t.a = u.a", "d.t"},
      {"delete x, y.* from d.t as x join e.u y on x.a = y.a join f.v z", "d.t e.u"},
      {"delete d.t.* from d.t, e.u", "d.t"},
      {"delete from x using d.t as x, e.u where x.a = u.a", "d.t"},
      {"delete from d.t, e.u using d.t join e.u join f.v", "d.t e.u"},
      {"with c as (select 1 from t) delete from d.t where a in (select * from c)", "d.t"},
  });
}

TEST(WrittenTables, of_ddl_are_what_it_makes_changes_and_drops) {
  expect({
      {"TRUNCATE TABLE d.t", "d.t"},
      {"truncate t", "t"},
      {"DROP TABLE IF EXISTS d.t, `e`.u, v RESTRICT", "d.t e.u v"},
      {"drop temporary table t", "t"},
      {"DROP DATABASE d", "d."},
      {"drop schema if exists `D`", "d."},
      {"drop index i on d.t", "d.t"},
      {"drop view v", ""},
      {"drop snapshot s", ""},
      {"drop user u", ""},
      {"CREATE TABLE IF NOT EXISTS d.t (a int, index (a))", "d.t"},
      {"create table d.t like e.u", "d.t"},
      {"create table d.t as select * from e.u", "d.t"},
      {"create table d.t clone e.u", "d.t"},
      {"create external table t (a int) infile 'x'", "t"},
      {"create dynamic table t as select 1", "t"},
      {"create or replace view d.v as select * from t", "d.v"},
      {"create unique index i using btree on d.t (a)", "d.t"},
      {"create fulltext index i on t (a)", "t"},
      {"create sequence d.s", "d.s"},
      {"create database if not exists d", ""},
      {"create snapshot s for table d t", ""},
      {"create pitr p for database d range 1 'd'", ""},
      {"create publication p database d table t account all", ""},
      {"create user u identified by 'x'", ""},
      {"ALTER TABLE d.t ADD COLUMN a int", "d.t"},
      {"alter table t rename to e.u", "e.u t"},
      {"alter table d.t rename as u", "d.t d.u u"},
      {"alter table d.t rename column a to b, rename index i to j", "d.t"},
      {"alter view d.v as select 1", "d.v"},
      {"alter database d set x = 1", "d."},
      {"alter user u identified by 'x'", ""},
      {"RENAME TABLE d.t TO e.u, v TO w", "d.t e.u v w"},
      {"data branch create table d.t from e.u", "d.t"},
      {"data branch delete table d.t", "d.t"},
      {"data branch delete database d", "d."},
      {"data branch merge e.u into d.t when conflict skip", "d.t"},
      {"data branch pick e.u into d.t keys (1)", "d.t"},
      {"data branch diff d.t against e.u", ""},
      {"restore database d {snapshot = s}", "d."},
      {"RESTORE TABLE `d`.`t` {SNAPSHOT = s}", "d.t"},
      {"restore account sys database d table t from snapshot s", "d.t"},
      {"restore account `sys` database d from snapshot s", "d."},
      {"restore database d table t from pitr p '2026-11-21 04:00:00'", "d.t"},
      {"restore account sys database d from snapshot s to account b", ""},
      {"restore account sys {snapshot = s}", ""},
      {"restore cluster from snapshot s", ""},
  });
}

TEST(WrittenTables, are_none_of_what_only_reads_or_explains) {
  for (const char* sql :
       {"", ";", "/* insert into t */", "select 'insert into t values (1)'", "show create table t",
        "explain insert into t values (1)", "desc t", "prepare p from 'insert into t values (1)'",
        "select replace(a, 'x', 'y'), insert(a, 1, 2, 'z'), truncate(a, 2) from t", "use d", "set @a = 1",
        "call p()", "with c as (select 1) select * from c", "lock tables t write", "analyze table t(a)"})
    EXPECT_EQ(written(sql), "") << sql;
}

TEST(WrittenTables, go_by_the_sessions_quotes) {
  EXPECT_EQ(written(R"(insert into "d"."t" values (1))", {true, false}), "d.t");
  EXPECT_EQ(written(R"(delete "x" from d.t as "x")", {true, false}), "d.t");
}

TEST(WrittenTables, of_a_text_that_breaks_off_are_no_crash) {
  const std::string whole = "update d.t x join e.u y on (x.a = f(y.a)) set y.b = x.b where (1";
  for (std::size_t n = 0; n <= whole.size(); ++n) written(whole.substr(0, n));
  for (const char* sql : {"insert", "insert into d.", "delete", "delete from", "update", "update set", "drop",
                          "drop table", "create", "create (", "alter table", "rename table a to", "load",
                          "truncate", "data branch", "with", "update t, set a.", "delete . from . using ."})
    written(sql);
}

}  // namespace
}  // namespace mogate::rewrite
