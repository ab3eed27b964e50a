#include "rewrite/guards/recognise.h"

#include "rewrite/sql/splitter.h"
#include "unit/rewrite/guards/texts.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>

namespace mogate::rewrite {
namespace {

using test::on;
using test::Seen;
using test::seen;

Seen judged(std::string_view sql, const ParseOptions& options = on(4)) { return seen(parse(sql, options)); }

TEST(Recognise, sees_what_concerns_a_guard) {
  for (const auto& text : test::guarded_texts()) EXPECT_EQ(judged(text.sql), text.seen) << text.sql;
}

TEST(Recognise, leaves_the_rest_alone) {
  for (const auto& text : test::harmless_texts())
    for (const auto& part : sql::split(text.sql)) EXPECT_EQ(judged(part.text), Seen::nothing) << text.sql;
}

TEST(Recognise, sees_it_through_leading_comments) {
  for (const auto& text : test::guarded_texts()) {
    if (text.sql[0] == '\'') continue;
    for (std::string_view before : {"/* x */ ", "-- x\n", "# x\n", "/**/\n\t", "/* mogate:off */ "}) {
      if (text.seen == Seen::ours && before == "/* mogate:off */ ") continue;
      EXPECT_EQ(judged(std::string(before).append(text.sql)), text.seen) << before << text.sql;
    }
  }
}

TEST(Recognise, sees_it_through_hints_and_comments_between_any_two_words) {
  for (const auto& text : test::guarded_texts()) {
    if (text.sql.substr(0, 3) == "/*+") continue;
    sql::Lexer lexer(text.sql);
    for (sql::Token t = lexer.next(); !t.is_end() && !lexer.versioned(); t = lexer.next()) {
      if (t.text.find("begin") != std::string_view::npos) break;  // swallows what follows
      bool broken = t.end < text.sql.size() && text.sql[t.end] == '*';
      for (std::string_view between : {"/*+ x */", "/* x */", " # x\n"}) {
        if (broken) continue;
        std::string sql(text.sql);
        EXPECT_EQ(judged(sql.insert(t.end, between)), text.seen) << sql;
      }
    }
  }
}

TEST(Recognise, sees_it_in_any_case) {
  for (const auto& text : test::guarded_texts()) {
    if (text.sql.find('\\') != std::string_view::npos || text.sql.find('{') != std::string_view::npos)
      continue;
    std::string upper(text.sql);
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (upper.find("_UTF8MB4") != std::string::npos) continue;
    EXPECT_EQ(judged(upper), text.seen) << upper;
  }
}

TEST(Recognise, still_guards_when_extended_statements_are_switched_off) {
  auto options = on(4);
  options.recognise_extended = false;
  for (const auto& text : test::guarded_texts()) {
    if (text.seen == Seen::ours) continue;
    EXPECT_EQ(judged(text.sql, options), text.seen) << text.sql;
  }
}

TEST(Recognise, sees_what_only_the_scanner_of_matrixone_3_takes_for_code) {
  for (std::string_view sql :
       {"select @/*mo_ctl('dn','ping','')", "select 1 0x' where mo_ctl(\"dn\",\"ping\",\"\")",
        "select 1 _utf8mb4 a' where mo_ctl(\"dn\",\"ping\",\"\")"}) {
    EXPECT_EQ(judged(sql, on(3)), Seen::sys) << sql;
    EXPECT_EQ(judged(sql, on(4)), Seen::nothing) << sql;
  }
}

TEST(Recognise, refuses_joined_deletes_that_would_empty_the_table) {
  auto options = on(3);
  for (std::string_view sql :
       {"delete t from t join u on t.a = u.a", "explain analyze delete from t using t, u",
        "prepare s from 'delete t from t, u'", "with c as (select 1) delete t from t, u"}) {
    EXPECT_EQ(judged(sql, on(3)), Seen::error) << sql;
    EXPECT_EQ(judged(sql, on(4)), Seen::nothing) << sql;
  }
  EXPECT_EQ(judged("delete x from t x", options), Seen::delete_all);
  options.guards.joined_delete = false;
  EXPECT_EQ(judged("delete t from t, u", options), Seen::delete_all);
  options.guards.fk_parent_delete = false;
  EXPECT_EQ(judged("delete t from t, u", options), Seen::nothing);
}

TEST(Recognise, reads_as_the_sql_mode_says) {
  auto ansi = on(4), no_escapes = on(4);
  ansi.mode.ansi_quotes = true;
  no_escapes.mode.no_backslash_escapes = true;
  EXPECT_EQ(judged("select \"mo_ctl\"", ansi), Seen::sys);
  EXPECT_EQ(judged("select \"mo_ctl\""), Seen::nothing);
  EXPECT_EQ(judged("select '\\', mo_ctl(1,2,3), '", no_escapes), Seen::sys);
  EXPECT_EQ(judged("select '\\', mo_ctl(1,2,3), '"), Seen::nothing);
}

TEST(Recognise, reads_only_the_text_before_what_matrixone_refuses) {
  EXPECT_EQ(judged("select mo_ctl(1,2,3), 'a"), Seen::sys);
  EXPECT_EQ(judged("select 'a, mo_ctl(1,2,3)"), Seen::nothing);
}

TEST(Recognise, refuses_to_prepare_a_variable_by_the_binary_protocol) {
  auto options = on(4);
  options.placeholders = Placeholders::declared;
  EXPECT_EQ(judged("@v", options), Seen::error);
  EXPECT_EQ(judged(" /* x */ @ v", options), Seen::error);
  options.guards.mo_ctl = false;
  EXPECT_EQ(judged("@v", options), Seen::nothing);
}

TEST(Recognise, gives_up_on_statements_nested_too_deeply) {
  std::string sql = "select 1";
  for (int i = 0; i < 9; ++i) sql = "prepare s from " + sql;
  EXPECT_EQ(judged(sql), Seen::sys);
  std::string endless;
  for (int i = 0; i < 100000; ++i) endless += "prepare s from ";
  EXPECT_EQ(judged(endless), Seen::sys);
}

using Switch = bool GuardSettings::*;

TEST(Recognise, lets_each_guard_be_switched_off) {
  const std::tuple<Switch, std::string_view> cases[] = {
      {&GuardSettings::mo_ctl, "select mo_ctl(1,2,3)"},
      {&GuardSettings::mo_ctl, "prepare s from 'select mo_ctl(1,2,3)'"},
      {&GuardSettings::mo_ctl, "create view v as select 'mo_ctl'"},
      {&GuardSettings::mo_ctl, "create procedure p() 'select mo_ctl(1,2,3)'"},
      {&GuardSettings::remap_hint, "set enable_remap_hint = 1"},
      {&GuardSettings::set_connection_id, "set connection id to 5"},
      {&GuardSettings::kill, "kill 5"},
      {&GuardSettings::kill, "create procedure p() 'kill 5'"},
      {&GuardSettings::restore, "create procedure p() 'restore cluster {snapshot=a}'"},
      {&GuardSettings::two_snapshots, "select * from t{snapshot=a} minus select * from t{snapshot=b}"},
      {&GuardSettings::snapshot_dml, "delete from t{snapshot=a} where a = 1"},
      {&GuardSettings::clone, "create table a clone b"},
      {&GuardSettings::data_branch, "data branch diff a against b"},
      {&GuardSettings::fk_parent_delete, "delete from t"},
  };
  for (auto [flag, sql] : cases) {
    auto options = on(4);
    EXPECT_NE(judged(sql, options), Seen::nothing) << sql;
    options.guards.*flag = false;
    EXPECT_EQ(judged(sql, options), Seen::nothing) << sql;
  }
}

TEST(Recognise, checks_what_a_variable_holds_with_the_same_guards) {
  auto options = on(4);
  options.guards.clone = false;
  auto parsed = parse("prepare s from @v", options);
  const auto& statement = std::get<PrepareFromVariable>(std::get<Statement>(parsed).as);
  EXPECT_EQ(statement.name, "s");
  EXPECT_EQ(statement.variable, "@v");
  EXPECT_FALSE(statement.guards.clone);
  EXPECT_TRUE(statement.guards.mo_ctl);
}

}  // namespace
}  // namespace mogate::rewrite
