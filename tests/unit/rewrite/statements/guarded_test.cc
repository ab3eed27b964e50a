#include "rewrite/statements/guarded.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using test::Session;
using test::texts;
using Texts = std::vector<std::string>;

Session session_of(Identity self, Dialect dialect = test::v4_2) {
  Session session;
  session.dialect = dialect;
  session.facts = test::facts_of(std::move(self));
  return session;
}

void expect_forwarded(Session session, std::string_view sql, const Texts& probes = {}) {
  Plan plan = session.planned(sql);
  EXPECT_EQ(plan.answer.kind, AnswerKind::forward) << sql;
  EXPECT_EQ(plan.answer.forward_text, "") << sql;
  EXPECT_EQ(texts(plan), probes) << sql;
}

// The text of the refusal holds `what`.
void expect_refused(Session session, std::string_view sql, std::string_view what) {
  EXPECT_NE(session.refused(sql).message.find(what), std::string::npos)
      << sql << ": " << session.refused(sql).message;
}

TEST(Clone, is_forwarded_for_the_administrator) {
  for (const Identity& self : {test::sys_admin, test::acc_admin}) {
    expect_forwarded(session_of(self), "CREATE TABLE d.c CLONE e.t");
    expect_forwarded(session_of(self), "CREATE DATABASE d CLONE e {snapshot='s'}");
  }
}

TEST(Clone, probes_the_rights_of_others) {
  expect_forwarded(session_of(test::acc_user), "create table D.c clone e.`t``x` {snapshot='S'}",
                   {"SELECT 1 FROM `e`.`t``x` {snapshot='S'} LIMIT 0",
                    "PREPARE `__mogate_probe` FROM CREATE TABLE IF NOT EXISTS `d`.`c` (a INT)",
                    "DEALLOCATE PREPARE `__mogate_probe`"});
}

TEST(Clone, fills_in_the_current_database) {
  Session session = session_of(test::acc_user);
  session.script["database"] = {{"Cur"}};
  EXPECT_EQ(texts(session.planned("create table c clone t"))[0], "SELECT 1 FROM `cur`.`t` LIMIT 0");
  EXPECT_EQ(session.asked, Texts{"database: SELECT DATABASE()"});
  session = session_of(test::acc_user);
  session.script["database"] = {{std::nullopt}};
  EXPECT_EQ(session.refused("create table c clone t").code, protocol::errc::no_db);
}

TEST(Clone, never_touches_a_system_database) {
  Session session = session_of(test::sys_admin);
  session.script["database"] = {{"mo_catalog"}};
  for (std::string_view sql : {"create table d.c clone mo_catalog.mo_user", "create table mysql.c clone d.t",
                               "create database d clone MO_CATALOG", "create database d clone `system`",
                               "create table d.c clone mo_user", "create table c clone d.t"})
    expect_refused(session, sql, "system database");
}

TEST(Clone, of_a_whole_database_or_to_another_account_needs_more) {
  expect_refused(session_of(test::acc_user), "create database d clone e", "accountadmin");
  expect_refused(session_of(test::sys_public), "create database d clone e", "accountadmin");
  expect_refused(session_of(test::acc_admin), "create table d.c clone e.t {snapshot=s} to account b",
                 "account sys");
  expect_forwarded(session_of(test::sys_admin), "create table d.c clone e.t {snapshot=s} to account b");
}

TEST(DataBranch, is_forwarded_for_the_administrator) {
  for (const Dialect& dialect : {test::v3_0, test::v4_2})
    for (const Identity& self : {test::sys_admin, test::acc_admin})
      for (std::string_view sql : {"data branch diff d.a against d.b", "data branch delete database d",
                                   "data branch diff d.a against d.b output file '/x'"})
        expect_forwarded(session_of(self, dialect), sql);
}

TEST(DataBranch, is_left_to_servers_that_check_it) {
  for (std::string_view sql : {"data branch diff d.a against d.b", "data branch delete database d",
                               "data branch pick d.a into d.b keys (select 1)"})
    expect_forwarded(session_of(test::acc_user), sql);
}

TEST(DataBranch, probes_the_rights_of_others_where_the_server_does_not) {
  Session old = session_of(test::acc_user, test::v3_0);
  const std::string prepare = "PREPARE `__mogate_probe` FROM ", drop = "DEALLOCATE PREPARE `__mogate_probe`";
  const std::string create = prepare + "CREATE TABLE IF NOT EXISTS `d`.`c` (a INT)";
  expect_forwarded(old, "data branch diff d.a{snapshot='x'} against d.b",
                   {"SELECT 1 FROM `d`.`a` {snapshot='x'} LIMIT 0", "SELECT 1 FROM `d`.`b` LIMIT 0"});
  expect_forwarded(old, "data branch diff d.a against d.b output as d.c",
                   {"SELECT 1 FROM `d`.`a` LIMIT 0", "SELECT 1 FROM `d`.`b` LIMIT 0", create, drop});
  expect_forwarded(old, "data branch create table d.c from d.a",
                   {"SELECT 1 FROM `d`.`a` LIMIT 0", create, drop});
  expect_forwarded(old, "data branch delete table d.a", {prepare + "DROP TABLE `d`.`a`", drop});
  expect_forwarded(old, "data branch merge d.a into d.b when conflict skip",
                   {"SELECT 1 FROM `d`.`a` LIMIT 0", prepare + "INSERT INTO `d`.`b` SELECT * FROM `d`.`b`",
                    drop, prepare + "DELETE FROM `d`.`b` WHERE false", drop});
  for (std::string_view sql : {"data branch create database a from b", "data branch delete database a",
                               "data branch pick d.a into d.b keys (select 1)"})
    expect_refused(old, sql, "accountadmin");
}

TEST(DataBranch, never_touches_a_system_database) {
  for (const Dialect& dialect : {test::v3_0, test::v4_2})
    for (std::string_view sql :
         {"data branch delete table mo_catalog.mo_user", "data branch delete database mo_catalog",
          "data branch diff mo_catalog.mo_user against mo_catalog.mo_user",
          "data branch create table d.t from mysql.user", "data branch merge d.t into `mo_catalog`.mo_user",
          "data branch diff d.a against d.b output as system.c"})
      expect_refused(session_of(test::sys_admin, dialect), sql, "system database");
}

TEST(DataBranch, needs_more_for_another_account_or_a_file) {
  expect_refused(session_of(test::acc_admin), "data branch create table d.a from d.b to account c",
                 "account sys");
  expect_refused(session_of(test::acc_user), "data branch diff d.a against d.b output file '/x'",
                 "accountadmin");
}

struct DeleteCase {
  std::string_view checks, truncates;
  test::Cells children;
  bool refused;
};

TEST(DeleteAll, is_refused_only_where_it_breaks_children) {
  const test::Cells child{{"e", "c"}};
  for (const DeleteCase& c : {DeleteCase{"1", "1", child, false}, DeleteCase{"0", "1", child, true},
                              DeleteCase{"0", "0", child, false}, DeleteCase{"0", "1", {}, false}}) {
    Session session = session_of(test::acc_user);
    session.script = {{"foreign_key_checks", {{std::string(c.checks)}}},
                      {"delete_opt_to_truncate", {{std::string(c.truncates)}}},
                      {"children", c.children}};
    if (c.refused) {
      expect_refused(session, "delete from D.p", "WHERE true");
      expect_refused(session, "delete from D.p", "e.c");
    } else {
      expect_forwarded(session, "delete from D.p");
    }
  }
}

TEST(DeleteAll, asks_no_more_than_it_must) {
  Session session = session_of(test::acc_user);
  session.script["foreign_key_checks"] = {{"1"}};
  session.planned("delete from t");
  EXPECT_EQ(session.asked, Texts{"foreign_key_checks: SELECT @@foreign_key_checks"});
}

TEST(DeleteAll, asks_for_children_by_quoted_names) {
  Session session = session_of(test::acc_user);
  session.script = {{"foreign_key_checks", {{"0"}}},
                    {"database", {{"d'"}}},
                    {"delete_opt_to_truncate", {{"1"}}},
                    {"children", {}}};
  session.planned("delete from `p'`");
  EXPECT_EQ(
      session.asked.back(),
      "children: SELECT unique_constraint_schema, referenced_table_name, constraint_schema, table_name FROM "
      "information_schema.referential_constraints WHERE unique_constraint_schema = 'd''' AND "
      "referenced_table_name = 'p''' LIMIT 1");
}

TEST(DeleteAll, asks_for_all_tables_that_an_alias_may_stand_for) {
  Session session = session_of(test::acc_user, test::v3_0);
  session.script = {{"foreign_key_checks", {{"0"}}},
                    {"database", {{"d"}}},
                    {"delete_opt_to_truncate", {{"1"}}},
                    {"children", {{"e", "t", "e", "c"}}}};
  EXPECT_NE(session.refused("delete x from e.t as x").message.find("e.t"), std::string::npos);
  EXPECT_NE(session.asked.back().find("unique_constraint_schema = 'd' AND referenced_table_name = 'x' OR "
                                      "unique_constraint_schema = 'e' AND referenced_table_name = 't'"),
            std::string::npos);
}

Session with_variable(Identity self, std::string value) {
  Session session = session_of(std::move(self));
  session.script["prepared"] = {{std::move(value)}};
  return session;
}

TEST(PrepareFromVariable, sends_what_the_variable_holds_as_a_literal) {
  Session session = with_variable(test::acc_user, "select 'it''s', \\ ?");
  Plan plan = session.planned("PREPARE `s` FROM @`v`");
  EXPECT_EQ(session.asked, Texts{"prepared: SELECT @`v`"});
  EXPECT_EQ(plan.answer.kind, AnswerKind::forward);
  EXPECT_EQ(plan.answer.forward_text, "PREPARE `s` FROM 'select ''it''''s'', \\\\ ?'");
  session = with_variable(test::acc_user, "\\");
  session.facts.mode.no_backslash_escapes = true;
  EXPECT_EQ(session.planned("prepare s from @v").answer.forward_text, "PREPARE s FROM '\\'");
}

TEST(PrepareFromVariable, holds_the_text_against_the_guards) {
  expect_refused(with_variable(test::acc_user, "select 1 where mo_ctl(1,2,3)"), "prepare s from @v",
                 "account sys");
  expect_refused(with_variable(test::acc_user, "set enable_remap_hint = 1"), "prepare s from @v",
                 "account sys");
  expect_refused(with_variable(test::sys_admin, "delete from t{snapshot='a'}"), "prepare s from @v",
                 "point in time");
  expect_refused(with_variable(test::acc_user, "create database d clone e"), "prepare s from @v",
                 "accountadmin");
  EXPECT_EQ(
      with_variable(test::sys_admin, "select mo_ctl(1,2,3)").planned("prepare s from @v").answer.forward_text,
      "PREPARE s FROM 'select mo_ctl(1,2,3)'");
}

TEST(PrepareFromVariable, probes_before_it_prepares_a_clone) {
  Plan plan = with_variable(test::acc_user, "create table d.c clone d.t").planned("prepare s from @v");
  EXPECT_EQ(plan.steps.size(), 3U);
  EXPECT_EQ(plan.answer.forward_text, "PREPARE s FROM 'create table d.c clone d.t'");
}

TEST(PrepareFromVariable, passes_on_what_no_guard_knows) {
  for (std::string value : {"", "flush tables", "'", "no sql; at all"})
    EXPECT_EQ(with_variable(test::acc_user, value).planned("prepare s from @v").answer.kind,
              AnswerKind::forward)
        << value;
}

TEST(NeedsSys, is_for_sys_alone) {
  for (std::string_view sql : {"select mo_ctl(1,2,3)", "set enable_remap_hint = 1"}) {
    expect_forwarded(session_of(test::sys_admin), sql);
    for (const Identity& self : {test::sys_public, test::acc_admin, test::acc_user}) {
      EXPECT_EQ(session_of(self).refused(sql).code, protocol::errc::mo_internal) << sql;
      expect_refused(session_of(self), sql, "do not have privilege to execute the statement");
    }
  }
}

}  // namespace
}  // namespace mogate::rewrite
