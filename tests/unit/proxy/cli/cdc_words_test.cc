#include "proxy/cli/cdc_words.h"

#include "tests/unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::proxy {
namespace {

std::string said(const Worded& worded) {
  if (const auto* text = std::get_if<std::string>(&worded)) return *text;
  return "! " + std::get<Unsaid>(worded).why;
}

void expect_parses(const std::string& text) {
  auto parsed = rewrite::test::parse_sql(text);
  EXPECT_TRUE(std::holds_alternative<rewrite::Statement>(parsed))
      << text << ": " << rewrite::test::error_of(parsed).message;
}

CdcWords task(std::string level, std::string tables = {}, std::string databases = {}) {
  CdcWords words;
  words.name = "activity_sync";
  words.source = "mysql://root:111@127.0.0.1:6001";
  words.sink = "mysql://root:111@10.0.0.2:6001";
  words.sink_type = "matrixone";
  words.level = std::move(level);
  words.tables = std::move(tables);
  words.databases = std::move(databases);
  return words;
}

constexpr char kBegin[] =
    "CREATE CDC TASK `activity_sync` FROM 'mysql://root:111@127.0.0.1:6001' TO MATRIXONE "
    "'mysql://root:111@10.0.0.2:6001' ";

TEST(CdcCreateWords, are_a_statement_for_each_level) {
  struct Row {
    CdcWords words;
    const char* end;
  };
  for (const auto& [words, end] : {
           Row{task("table", "production_db.user_activities:analytics_db.analytics_activities"),
               "TABLE `production_db`.`user_activities`:`analytics_db`.`analytics_activities`"},
           Row{task("table", "d.t, d.u : e.u"), "TABLE `d`.`t`, `d`.`u`:`e`.`u`"},
           Row{task("database", "", "d,e:f"), "DATABASE `d`, `e`:`f`"},
           Row{task("account"), "ACCOUNT"},
       }) {
    std::string text = said(cdc_create(words, "sys", {}));
    EXPECT_EQ(text, std::string(kBegin) + end);
    expect_parses(text);
  }
}

TEST(CdcCreateWords, take_options_and_a_pitr) {
  auto words = task("table", "d.t");
  words.sink_type = "MySQL";
  words.options = {{"NoFull", "true"}, {"StartTs", "2026-11-21 09:00:00"}};
  words.with_pitr = true;
  std::string text = said(cdc_create(words, "sys", {}));
  EXPECT_NE(text.find(" TO MYSQL "), std::string::npos) << text;
  EXPECT_TRUE(
      text.ends_with("TABLE `d`.`t` OPTIONS (NoFull = 'true', StartTs = '2026-11-21 09:00:00') WITH PITR"))
      << text;
  expect_parses(text);
}

TEST(CdcCreateWords, that_do_not_fit_are_refused) {
  auto nameless = task("account");
  nameless.name.clear();
  auto no_sink = task("account");
  no_sink.sink.clear();
  auto kafka = task("account");
  kafka.sink_type = "kafka";
  auto no_type = task("account");
  no_type.sink_type.clear();
  auto other = task("account");
  other.account = "acc1";
  for (const auto& [words, why] : {
           std::pair{nameless, "--task-name"},
           std::pair{no_sink, "--sink-uri"},
           std::pair{no_type, "--sink-type is missing"},
           std::pair{kafka, "not kafka"},
           std::pair{other, "log in to acc1"},
           std::pair{task(""), "--level is missing"},
           std::pair{task("cluster"), "not cluster"},
           std::pair{task("table"), "--tables is missing"},
           std::pair{task("database"), "--databases is missing"},
           std::pair{task("account", "d.t"), "takes no --tables"},
           std::pair{task("table", "d.t", "d"), "takes no --databases"},
           std::pair{task("table", "t"), "--tables is db.table"},
           std::pair{task("table", "d.t:e"), "--tables is db.table"},
           std::pair{task("table", "d.t:e.u:f.v"), "--tables is db.table"},
           std::pair{task("table", "d.t,"), "--tables is db.table"},
           std::pair{task("database", "", "d.t"), "--databases is db[:db]"},
       })
    EXPECT_NE(said(cdc_create(words, "sys", {})).find(why), std::string::npos)
        << why << ": " << said(cdc_create(words, "sys", {}));
}

TEST(CdcShowWords, leave_the_name_to_the_server) {
  CdcWords words;
  EXPECT_EQ(said(cdc_show(words, {})), "SHOW CDC TASKS");
  expect_parses("SHOW CDC TASKS");
  words.name = "activity_sync";
  EXPECT_EQ(said(cdc_show(words, {})), "SHOW CDC TASKS LIKE 'activity_sync'");
  expect_parses(said(cdc_show(words, {})));
}

TEST(CdcChangeWords, wait_if_asked_to) {
  for (auto [verb, text] :
       {std::pair{"pause", "PAUSE CDC TASK `s`"}, std::pair{"resume", "RESUME CDC TASK `s`"},
        std::pair{"restart", "RESTART CDC TASK `s`"}, std::pair{"drop", "DROP CDC TASK `s`"}}) {
    CdcWords words;
    EXPECT_NE(said(cdc_change(verb, words)).find("--task-name"), std::string::npos);
    words.name = "s";
    EXPECT_EQ(said(cdc_change(verb, words)), text);
    expect_parses(text);
    words.wait = 60;
    EXPECT_EQ(said(cdc_change(verb, words)), std::string(text) + " WAIT 60");
    expect_parses(said(cdc_change(verb, words)));
  }
}

TEST(CdcFilter, leaves_the_task_that_was_named) {
  const rewrite::Rows all{{}, {{"1", "activity_sync"}, {"2", "activityxsync"}}};
  for (auto [name, left] : {std::pair{"", 2U}, std::pair{"Activity_Sync", 1U}, std::pair{"act%", 2U}}) {
    rewrite::Rows rows = all;
    CdcWords words;
    words.name = name;
    filter_tasks(words, rows);
    EXPECT_EQ(rows.rows.size(), left) << name;
  }
}

}  // namespace
}  // namespace mogate::proxy
