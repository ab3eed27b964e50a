#include "rewrite/statements/cdc_task_create.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using Texts = std::vector<std::string>;

constexpr char kFrom[] = "CREATE CDC TASK n FROM 'mysql://root:s1@a:1' TO MATRIXONE 'mysql://root:s2@b:2' ";

test::Cells pitr(const char* level, const char* account, const char* database, const char* table,
                 const char* length = "2", const char* unit = "h") {
  return {{"p", "t", "t", level, account, database, table, length, unit}};
}

test::Session session_with(test::Cells pitrs, Identity self = test::sys_admin) {
  test::Session s;
  s.facts.identity = std::move(self);
  s.script = {{"task", {}},
              {"database", {{"d"}}},
              {"pitrs", std::move(pitrs)},
              {"sources", {{"d", "t"}, {"d", "u"}, {"e", "v"}}},
              {"source_databases", {{"d"}, {"e"}}}};
  return s;
}

TEST(CdcTaskCreate, BecomesCreateCdc) {
  struct Case {
    const char* what;
    const char* patterns;
    const char* options;
  };
  const Case cases[] = {
      {"ACCOUNT", "''", "{'Level' = 'account'}"},
      {"DATABASE d", "'d'", "{'Level' = 'database'}"},
      {"DATABASE D:x, e", "'d:x,e'", "{'Level' = 'database'}"},
      {"TABLE d.t", "'d.t'", "{'Level' = 'table'}"},
      {"TABLE d.t:x.y, e.v", "'d.t:x.y,e.v'", "{'Level' = 'table'}"},
      {"TABLE t:x.y", "'d.t:x.y'", "{'Level' = 'table'}"},
      {"TABLE d.t OPTIONS (nofull = true, 'StartTs' = '2026-11-21 00:00:00', MaxSqlLength = 100)", "'d.t'",
       "{'Level' = 'table', 'NoFull' = 'true', 'StartTs' = '2026-11-21 00:00:00', 'MaxSqlLength' = '100'}"},
  };
  for (const Case& c : cases) {
    auto s = session_with(pitr("account", "sys", "*", "*"));
    std::string start = "CREATE CDC `n` 'mysql://root:s1@a:1' 'matrixone' 'mysql://root:s2@b:2' ";
    EXPECT_EQ(test::texts(s.planned(std::string(kFrom) + c.what)),
              Texts{start + c.patterns + " " + c.options})
        << c.what;
  }
}

TEST(CdcTaskCreate, ShowsNoPassword) {
  Plan plan = session_with(pitr("cluster", "*", "*", "*")).planned(std::string(kFrom) + "TABLE d.t");
  EXPECT_EQ(plan.steps[0].shown,
            "CREATE CDC `n` 'mysql://root:******@a:1' 'matrixone' 'mysql://root:******@b:2' 'd.t' {'Level' = "
            "'table'}");
  EXPECT_EQ(plan.steps[0].failure_hint.find("s2"), std::string::npos);
}

TEST(CdcTaskCreate, NeedsAPitrThatCoversItForLongEnough) {
  struct Case {
    const char* what;
    test::Cells pitrs;
    const char* says;  // nullptr: it is enough
  };
  const Case cases[] = {
      {"TABLE d.t", {}, "run CREATE PITR `pitr_n` FOR TABLE `d` `t` RANGE 2 'h', or add WITH PITR"},
      {"DATABASE d", {}, "run CREATE PITR `pitr_n` FOR DATABASE `d` RANGE 2 'h'"},
      {"ACCOUNT", {}, "run CREATE PITR `pitr_n` FOR ACCOUNT RANGE 2 'h'"},
      {"TABLE d.t", pitr("table", "sys", "d", "t", "1"), "run ALTER PITR `p` RANGE 2 'h'"},
      {"TABLE d.t WITH PITR", pitr("table", "sys", "d", "t", "1"), "run ALTER PITR `p` RANGE 2 'h'"},
      {"TABLE d.t", pitr("table", "sys", "d", "u"), "CREATE PITR"},
      {"TABLE d.t", pitr("database", "sys", "e", "*"), "CREATE PITR"},
      {"TABLE d.t", pitr("account", "acc1", "*", "*"), "CREATE PITR"},
      {"DATABASE d", pitr("table", "sys", "d", "t"), "CREATE PITR"},
      {"ACCOUNT", pitr("database", "sys", "d", "*"), "CREATE PITR"},
      {"TABLE d.t", pitr("table", "sys", "d", "t"), nullptr},
      {"TABLE d.t", pitr("database", "sys", "d", "*", "1", "d"), nullptr},
      {"DATABASE d", pitr("account", "sys", "*", "*", "1", "mo"), nullptr},
      {"ACCOUNT", pitr("cluster", "*", "*", "*", "1", "y"), nullptr},
      {"TABLE d.t OPTIONS (Frequency = '4h')", pitr("table", "sys", "d", "t", "4"), "RANGE 5 'h'"},
      {"TABLE d.t OPTIONS (Frequency = '30m')", pitr("table", "sys", "d", "t"), nullptr},
  };
  for (const Case& c : cases) {
    auto error = session_with(c.pitrs).refused(std::string(kFrom) + c.what);
    EXPECT_NE(error.message.find(c.says == nullptr ? "no error" : c.says), std::string::npos)
        << c.what << ": " << error.message;
  }
}

TEST(CdcTaskCreate, WithPitrMakesWhatIsMissingAndUndoesIt) {
  Plan plan = session_with({}).planned(std::string(kFrom) + "TABLE d.t, e.v WITH PITR");
  ASSERT_EQ(plan.steps.size(), 3U);
  EXPECT_EQ(plan.steps[0].native_sql, "CREATE PITR `mogate_cdc_n` FOR TABLE `d` `t` RANGE 2 'h'");
  EXPECT_EQ(plan.steps[0].undo, "DROP PITR `mogate_cdc_n`");
  EXPECT_EQ(plan.steps[1].native_sql, "CREATE PITR `mogate_cdc_n_2` FOR TABLE `e` `v` RANGE 2 'h'");
  auto one =
      session_with(pitr("database", "sys", "d", "*")).planned(std::string(kFrom) + "TABLE d.t WITH PITR");
  EXPECT_EQ(one.steps.size(), 1U);
}

TEST(CdcTaskCreate, LeavesItToMatrixOneWhetherTheClustersPitrCoversAnOrdinaryAccount) {
  std::string sql =
      "CREATE CDC TASK n FROM 'mysql://acc1#admin:s1@a:1' TO MATRIXONE 'mysql://root:s2@b:2' TABLE d.t";
  EXPECT_EQ(session_with({}, test::acc_admin).planned(sql).steps.size(), 1U);
}

TEST(CdcTaskCreate, RefusesBeforeAnythingIsSent) {
  struct Case {
    const char* what;
    int code;
    const char* says;
  };
  const Case cases[] = {
      {"TABLE d.nope", 1146, "no such table d.nope"},
      {"TABLE nope.t", 1049, "Unknown database nope"},
      {"DATABASE nope", 1049, "Unknown database nope"},
      {"TABLE mo_catalog.mo_user", 20101, "system database"},
      {"TABLE d.t, d.t:x.y", 20101, "stands twice"},
      {"TABLE d.`a.b`", 20105, "comma, dot, colon or back-quote"},
      {"TABLE d.t OPTIONS (bogus = 1)", 20301, "unknown option bogus"},
      {"TABLE d.t OPTIONS (level = 'table')", 20301, "unknown option level"},
      {"TABLE d.t:x", 1064, "a table name with its database"},
      {"VIEW d.t", 1064, "ACCOUNT, DATABASE or TABLE"},
      {"TABLE d.t OPTIONS ()", 1064, "an option"},
      {"TABLE d.t WITH", 1064, "PITR"},
  };
  for (const Case& c : cases) {
    Parsed parsed = test::parse_sql(std::string(kFrom) + c.what);
    auto error = test::error_of(parsed);
    if (std::holds_alternative<Statement>(parsed))
      error = session_with(pitr("account", "sys", "*", "*")).refused(std::string(kFrom) + c.what);
    EXPECT_EQ(error.code, c.code) << c.what;
    EXPECT_NE(error.message.find(c.says), std::string::npos) << c.what << ": " << error.message;
  }
}

TEST(CdcTaskCreate, ATaskOfThatNameIsADuplicateUnlessAskedFor) {
  auto s = session_with(pitr("account", "sys", "*", "*"));
  s.script["task"] = {{"id", "n"}};
  EXPECT_EQ(s.refused(std::string(kFrom) + "TABLE d.t").code, 1062);
  Plan plan = s.planned(
      "CREATE CDC TASK IF NOT EXISTS n FROM 'mysql://root:s1@a:1' TO MYSQL 'mysql://r:s@b:2' TABLE d.t");
  EXPECT_TRUE(plan.steps.empty());
  EXPECT_EQ(plan.answer.kind, AnswerKind::ok);
}

TEST(CdcTaskCreate, NoErrorOfItsParserRepeatsAPassword) {
  for (const char* sql :
       {"CREATE CDC TASK n FROM 'mysql://u:s3cret@h:1' MATRIXONE",
        "CREATE CDC TASK n FRM 'mysql://u:s3cret@h:1' TO MYSQL 'mysql://u:s3cret@h:1' ACCOUNT"}) {
    auto error = test::error_of(test::parse_sql(sql));
    EXPECT_EQ(error.code, 1064);
    EXPECT_EQ(error.message.find("s3cret"), std::string::npos) << error.message;
  }
}

TEST(CdcTaskCreate, LeavesANativeTaskOfThatNameToMatrixOne) {
  for (const char* sql :
       {"CREATE CDC task 'mysql://u:p@h:1' 'matrixone' 'mysql://u:p@h:2' 'd.t' {'Level'='table'}",
        "CREATE CDC n 'mysql://u:p@h:1' 'matrixone' 'mysql://u:p@h:2' 'd.t' {'Level'='table'}",
        "SHOW CDC ALL", "SHOW CDC TASK n", "SHOW CDC"})
    EXPECT_TRUE(std::holds_alternative<NotOurs>(test::parse_sql(sql))) << sql;
}

}  // namespace
}  // namespace mogate::rewrite
