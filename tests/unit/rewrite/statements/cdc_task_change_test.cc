#include "rewrite/statements/cdc_task_change.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using Texts = std::vector<std::string>;

constexpr char kLost[] = "{\n  \"d.t\": 2026 +0000 UTC(Failed, error: N:17:Error 1136),\n}";

test::Cells task(const char* state, const char* error = "", const char* checkpoint = "{\n}") {
  return {{"id", "n", "s", "k", state, error, checkpoint, "now"}};
}

test::Session session_of(test::Cells cells, const Dialect& dialect = test::v4_2) {
  test::Session s;
  s.dialect = dialect;
  s.script["task"] = std::move(cells);
  return s;
}

TEST(CdcTaskChange, SendsWhatTheStateOfTheTaskAllows) {
  struct Case {
    const char* sql;
    test::Cells task;
    Texts native;
  };
  const Texts healed{"RESUME CDC TASK `n`", "SHOW CDC TASK `n`", "RESUME CDC TASK `n` 'restart'"};
  const Case cases[] = {
      {"PAUSE CDC TASK n", task("running"), {"PAUSE CDC TASK `n`"}},
      {"pause cdc task N wait 5", task("running"), {"PAUSE CDC TASK `n`", "SHOW CDC TASK `n`"}},
      {"PAUSE CDC TASK n", task("paused"), {}},
      {"PAUSE CDC TASK n WAIT 5", task("paused"), {"SHOW CDC TASK `n`"}},
      {"RESUME CDC TASK n", task("paused"), {"RESUME CDC TASK `n`"}},
      {"RESUME CDC TASK n", task("running"), {}},
      {"RESUME CDC TASK n", task("failed", "permanent"), {"RESUME CDC TASK `n`"}},
      {"RESUME CDC TASK n", task("running", "", kLost), {"RESUME CDC TASK `n`"}},
      {"RESTART CDC TASK n", task("running"), {"RESUME CDC TASK `n` 'restart'"}},
      {"RESUME CDC TASK n 'restart'", task("paused"), {"RESUME CDC TASK `n` 'restart'"}},
      {"RESTART CDC TASK n", task("failed", "permanent"), healed},
      {"DROP CDC TASK n", task("failed", "permanent"), {"DROP CDC TASK `n`"}},
      {"DROP CDC n", task("running"), {"DROP CDC TASK `n`"}},
      {"DROP CDC IF EXISTS TASK n WAIT 3", task("running"), {"DROP CDC TASK `n`", "SHOW CDC TASK `n`"}},
      {"DROP CDC TASK IF EXISTS n", {}, {}},
      {"DROP CDC TASK n", task("pausing", "permanent"), {"DROP CDC TASK `n`"}},
  };
  for (const Case& c : cases) EXPECT_EQ(test::texts(session_of(c.task).planned(c.sql)), c.native) << c.sql;
}

TEST(CdcTaskChange, RefusesWhatWouldLeaveTheTaskStuckAndSendsNothing) {
  struct Case {
    const char* sql;
    test::Cells task;
    const Dialect& dialect;
    const char* says;
  };
  const Case cases[] = {
      {"PAUSE CDC TASK n", task("failed", "permanent"), test::v4_2, "RESUME CDC TASK brings it back"},
      {"PAUSE CDC TASK n", task("running", "", kLost), test::v3_0, "DROP CDC TASK and CREATE CDC TASK"},
      {"RESUME CDC TASK n", task("running", "", kLost), test::v3_0, "cannot bring it back"},
      {"RESTART CDC TASK n", task("running", "", kLost), test::v3_0, "cannot bring it back"},
      {"RESUME CDC TASK n", task("pausing", "permanent"), test::v4_2, "is stuck"},
      {"RESTART CDC TASK n", task("restarting", "permanent"), test::v4_2, "is stuck"},
      {"RESUME CDC TASK n", task("paused", "", kLost), test::v3_0, "is stuck"},
      {"PAUSE CDC TASK n", {}, test::v4_2, "no cdc task found, accountId: 0, taskName: n"},
      {"DROP CDC TASK n", {}, test::v3_0, "no cdc task found"},
  };
  for (const Case& c : cases) {
    auto error = session_of(c.task, c.dialect).refused(c.sql);
    EXPECT_EQ(error.code, 20101) << c.sql;
    EXPECT_NE(error.message.find(c.says), std::string::npos) << c.sql << ": " << error.message;
  }
}

TEST(CdcTaskChange, WaitsOutWhatPassesAndTakesWhatIsDoneAlreadyForDone) {
  Plan pause = session_of(task("running")).planned("PAUSE CDC TASK n WAIT 7");
  EXPECT_EQ(pause.steps[0].patience, std::chrono::seconds(30));
  EXPECT_EQ(pause.steps[0].harmless_errors, (Texts{"now it is Paused", "now it is PauseRequested"}));
  EXPECT_EQ(pause.steps[0].passing_errors[0], "now it is Created");
  EXPECT_EQ(pause.steps[1].expect, Expect::cdc_state);
  EXPECT_EQ(pause.steps[1].compare_with, "paused");
  EXPECT_EQ(pause.steps[1].patience, std::chrono::seconds(7));
  EXPECT_EQ(session_of(task("running")).planned("DROP CDC TASK n WAIT 1").steps[1].compare_with, "gone");
}

TEST(CdcTaskChange, LeavesWhatIsNotAboutOneTaskToMatrixOne) {
  for (const char* sql : {"PAUSE CDC ALL", "DROP CDC ALL", "DROP CDC IF EXISTS ALL", "PAUSE DAEMON TASK 1"})
    EXPECT_TRUE(std::holds_alternative<NotOurs>(test::parse_sql(sql))) << sql;
}

TEST(CdcTaskChange, SaysWhereItDoesNotParse) {
  for (const char* sql : {"PAUSE CDC n", "PAUSE CDC TASK", "PAUSE CDC TASK n WAIT",
                          "PAUSE CDC TASK n WAIT 5 x", "PAUSE CDC TASK n WAIT 3601"})
    EXPECT_EQ(test::error_of(test::parse_sql(sql)).code, 1064) << sql;
}

TEST(CdcTaskChange, NeedsAnAdmin) {
  for (const auto& self : {test::acc_user, test::sys_public}) {
    test::Session s = session_of(task("running"));
    s.facts.identity = self;
    EXPECT_EQ(s.refused("PAUSE CDC TASK n").code, 20101);
    EXPECT_TRUE(s.asked.empty());
  }
  test::Session s = session_of(task("running"));
  s.facts.identity = test::acc_admin;
  EXPECT_EQ(s.planned("PAUSE CDC TASK n").steps.size(), 1U);
}

}  // namespace
}  // namespace mogate::rewrite
