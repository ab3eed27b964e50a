#include "rewrite/session/changes.h"

#include "rewrite/glance.h"
#include "unit/rewrite/mutations.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mogate::rewrite {
namespace {

constexpr Dialect kNew{true, {4, 2, 0}};
constexpr Dialect kOld{true, {3, 0, 12}};

SessionChanges after(std::string_view sql, Ran ran = Ran::succeeded, const Dialect& dialect = kNew) {
  SessionChanges state;
  state.note_database("d");
  state.observe(sql, dialect, ran);
  return state;
}

// Everything that was noted, in one line.
std::string seen(const SessionChanges& s) {
  std::string out;
  auto add = [&out](std::string_view what) { out.append(out.empty() ? "" : " ").append(what); };
  for (const auto& v : s.variables()) add(v.name + (v.doubtful ? "?" : ""));
  for (const auto& v : s.user_variables()) add(v);
  for (const auto& v : s.prepared()) add("prepared:" + v);
  for (const auto& t : s.temporary_tables()) add("temporary:" + t.database + "." + t.table);
  if (s.database() != "d") add("use:" + s.database());
  if (s.role_changed()) add("role");
  if (s.tables_locked()) add("tables_locked");
  if (s.locks_taken()) add("locks_taken");
  if (!s.unknowable().empty()) add("unknowable:" + s.unknowable());
  return out;
}

struct Case {
  std::string_view sql;
  std::string_view noted;
};

void expect_noted(const std::vector<Case>& cases, Ran ran = Ran::succeeded, const Dialect& dialect = kNew) {
  for (const auto& c : cases) {
    EXPECT_EQ(seen(after(c.sql, ran, dialect)), c.noted) << c.sql;
  }
}

constexpr char kNames[] =
    "character_set_client character_set_connection character_set_results @character_set_client "
    "@character_set_connection @character_set_results";

TEST(SessionChanges, notes_session_variables_in_every_form) {
  expect_noted({{"SET sql_mode = ''", "sql_mode"},
                {"set session Sql_Mode := ''", "sql_mode"},
                {"set local sql_mode=''", "sql_mode"},
                {"set @@sql_mode=''", "sql_mode"},
                {"set @@SESSION.sql_mode=''", "sql_mode"},
                {"set @@local.sql_mode=''", "sql_mode"},
                {"set @ @session.sql_mode=''", "sql_mode"},
                {"set `sql_mode`=''", "sql_mode"},
                {"set @@`sql_mode`=''", "sql_mode"},
                {"set autocommit=0", "autocommit"},
                {"set mo_table_stats.force_update='yes'", "mo_table_stats.force_update"},
                {"set a=1, session b=2, @@local.c=3, A=4", "a b c"},
                {"set a=f(1, 2), b=(select max(x), 1 from t), c=3", "a b c"},
                {"set session = 1", "session"},
                {"set transaction isolation level repeatable read", "transaction_isolation"},
                {"set session transaction read only", "transaction_isolation"},
                {"set a = 1; select 1; set b = 2", "a b"}});
}

TEST(SessionChanges, leaves_out_what_is_not_the_sessions) {
  expect_noted({{"set global sql_mode=''", ""},
                {"set persist sql_mode='', global a=1, b=2", "b"},
                {"set @@global.sql_mode='', @@persist.a=1", ""},
                {"set global transaction isolation level read committed", ""},
                {"set password = 'x'", ""},
                {"set password for u = 'x'", ""},
                {"set default role all to u", ""},
                {"set connection id to 5", ""},
                {"set logservice settings a = 1", ""},
                {"set a", "a"},
                {"set", ""},
                {"", ""},
                {"-- set a=1", ""},
                {"select 'set a=1; set b=2'", ""}});
}

TEST(SessionChanges, notes_character_sets_as_matrixone_sets_them) {
  expect_noted({{"SET NAMES utf8mb4", kNames},
                {"set names utf8mb4 collate utf8mb4_bin", kNames},
                {"set names default, autocommit = 1", std::string(kNames).insert(67, " autocommit")}});
}

TEST(SessionChanges, notes_user_variables) {
  expect_noted({{"set @a=1", "@a"},
                {"set @a:=1, @B=(select 1, 2), @A=3, c=4", "c @a @B"},
                {"set @`j k`=1, @f.g=2, @x'y=3", "@`j k` @f.g @x'y"},
                {"select a, b into @a, @b from t", "@a @b"},
                {"select 1 into @a /* , @c */ where @d = 1, @e", "@a"},
                {"with q as (select 1 x) select x from q InTo @w", "@w"},
                {"select 1 /*!99999 into @x */", "@x"},
                {"load data local infile 'f' into table t (a, @v) set b = @v", "@v"},
                {"select @a, @b from t where c = @d", ""},
                {"insert into t select @a, 'x@y'", ""},
                {"insert into t values ('into @a')", ""}});
}

TEST(SessionChanges, follows_the_current_database) {
  expect_noted({{"use x", "use:x"},
                {"USE `X y`", "use:X y"},
                {"use", ""},
                {"use x; use d", ""},
                {"create temporary table t (a int)", "temporary:d.t"},
                {"use e; create temporary table t (a int)", "temporary:e.t use:e"}});
  expect_noted({{"use x", ""}}, Ran::failed);
  expect_noted({{"use x", "use:"}, {"use x; select 1", "use:"}}, Ran::perhaps);
  EXPECT_EQ(seen(after("use x; select nope", Ran::failed)), "use:");
}

TEST(SessionChanges, notes_prepared_statements_and_what_they_would_do) {
  expect_noted({{"prepare s from 'select 1'", "prepared:s"},
                {"prepare `S 1` from select 1", "prepared:s 1"},
                {"prepare s from 'set a = 1'", "a? prepared:s"},
                {"prepare s from set @a = 1, b = 2", "b? @a prepared:s"},
                {"prepare s from 'set role r'", "prepared:s role"},
                {"prepare s from @v", "prepared:s unknowable:PREPARE from a variable"},
                {"prepare s from 'call p()'", "prepared:s unknowable:CALL"},
                {"execute s using @a", ""},
                {"prepare s from 'select 1'; deallocate prepare S", ""},
                {"prepare s from 'select 1'; drop prepare `s`", ""},
                {"prepare s from 'select 1'; drop table s", "prepared:s"}});
  expect_noted({{"prepare s from 'set a = 1'", "prepared:s"}}, Ran::failed);
}

TEST(SessionChanges, notes_temporary_tables) {
  expect_noted({{"create temporary table if not exists `T 1` (a int)", "temporary:d.T 1"},
                {"/* x */ CREATE TEMPORARY TABLE e.t as select 1", "temporary:e.t"},
                {"create temporary table t (a int); drop table t", "temporary:d.t"},
                {"create table t (a int)", ""},
                {"create table temporary (a int)", ""}});
  expect_noted({{"create temporary table t (a int)", ""}}, Ran::failed);
  expect_noted({{"create temporary table t (a int)", "unknowable:CREATE TEMPORARY TABLE"}}, Ran::succeeded,
               kOld);
}

TEST(SessionChanges, notes_roles_locks_and_what_cannot_be_known) {
  expect_noted({{"set role r", "role"},
                {"set secondary role all", "role"},
                {"use role r", "role"},
                {"use secondary role none", "role"},
                {"lock tables t read", "tables_locked"},
                {"call p(1)", "unknowable:CALL"},
                {"select 1; call d.p()", "unknowable:CALL"}});
  EXPECT_EQ(seen(after("select Get_Lock('a', 1)")), "locks_taken");
  EXPECT_EQ(seen(after("select get_lock, release_lock('a')")), "");
  EXPECT_EQ(seen(after("use role")), "use:role");
  expect_noted({{"set role r", ""}, {"use role r", ""}}, Ran::failed);
}

TEST(SessionChanges, is_not_misled_by_comments_and_hints) {
  for (std::string_view before : {"/* traceparent='00-a-b-01' */ ", "/*+ hint */", "/*! ", "-- c\n", "# c\n",
                                  "// c\n", "/*a*//*!40101 "}) {
    std::string sql = std::string(before) + "SET a = 1, @b = 2";
    if (before.find("/*!") != std::string_view::npos) sql += " */";
    EXPECT_EQ(seen(after(sql)), "a @b") << sql;
    EXPECT_TRUE(may_change_session(sql)) << sql;
  }
}

TEST(SessionChanges, doubts_what_failed_in_part) {
  expect_noted({{"set a = 1", ""},
                {"set @a = 1", ""},
                {"set a = 1, b = 2, @c = 3", "a? b? @c"},
                {"set a = 1; set b = 2", "a? b?"},
                {"call p()", "unknowable:CALL"}},
               Ran::failed);
  SessionChanges state = after("set a = 1, b = 2", Ran::failed);
  state.observe("set b = 1", kNew, Ran::succeeded);
  state.observe("set a = 1, b = 2", kNew, Ran::failed);
  EXPECT_EQ(seen(state), "a? b");
}

TEST(SessionChanges, reads_quotes_in_every_sql_mode) {
  EXPECT_EQ(seen(after(R"(set a = 'x\', @y = 1, b = 'z')")), "a b? @y");
  EXPECT_EQ(seen(after(R"(use "x")")), "use:");
  EXPECT_EQ(seen(after(R"(set a = "x", b = "y")")), "a b");
  EXPECT_EQ(seen(after(R"(use "x")", Ran::succeeded, kOld)), "");
}

TEST(SessionChanges, forgets_everything_but_the_database) {
  SessionChanges state =
      after("use e; set a=1, @b=2; set role r; lock tables t read; call p(); prepare s from 'x'");
  state.clear();
  EXPECT_EQ(seen(state), "use:e");
}

TEST(SessionChanges, gives_up_on_too_many_names) {
  SessionChanges state;
  for (int i = 0; i < 300; ++i) state.observe("set @a" + std::to_string(i) + " = 1", kNew, Ran::succeeded);
  EXPECT_EQ(state.user_variables().size(), 256U);
  EXPECT_NE(state.unknowable(), "");
  for (int i = 0; i < 300; ++i) state.clear(), state.observe("set @a = 1", kNew, Ran::succeeded);
  EXPECT_EQ(state.unknowable(), "");
}

TEST(MayChangeSession, lets_ordinary_statements_pass) {
  for (std::string_view sql :
       {"select 1", "SELECT c FROM t WHERE a = @b", "select 'a@b.c'", "insert into t values ('a@b.c')",
        "/* app */ update t set a = 'x@y into'", "delete from t where a = @a", "replace into t values (?)",
        "commit", "rollback", "start transaction", "execute s using @a", "select a into outfile 'f'",
        "show tables", "truncate t"})
    EXPECT_FALSE(may_change_session(sql)) << sql;
}

// What the glance lets pass is not split, nor read any further.
TEST(MayChangeSession, is_never_false_for_what_observe_notes) {
  auto expect_seen = [](std::string_view sql) {
    if (needs_look(sql) || may_change_session(sql)) return;
    for (const Dialect& dialect : {kNew, kOld})
      EXPECT_EQ(seen(after(sql, Ran::succeeded, dialect)), "") << sql;
  };
  for (std::string_view sql :
       {"select a into @b from t", "with q as (select 1) select 1 into @a", "select get_lock('a', 1)",
        "load data infile 'x' into table t (@a)", "use d2", "call p()", "prepare s from 'set a = 1'",
        "set @a = 1, session b = 2", "create temporary table t (a int)",
        "insert into t values (GET_LOCK('a', 1))"}) {
    expect_seen(sql);
    test::for_mutations(sql, 300, expect_seen);
  }
}

TEST(MayChangeRole, sees_it_in_every_part) {
  for (std::string_view sql :
       {"set role r", "/*! set secondary role all */", "select 1; use role r", "SET ROLE `r`"})
    EXPECT_TRUE(may_change_role(sql, kNew)) << sql;
  for (std::string_view sql :
       {"set rolex = 1", "set default role all to u", "use role", "select 'set role r'", ""})
    EXPECT_FALSE(may_change_role(sql, kNew)) << sql;
}

}  // namespace
}  // namespace mogate::rewrite
