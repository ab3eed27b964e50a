#include "rewrite/outcome.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using protocol::SqlError;
using How = Failure::How;

Step mo_ctl_step() {
  Step s;
  s.native_sql = "SELECT mo_ctl('dn', 'flush', 'd.t')";
  s.expect = Expect::mo_ctl_ok;
  s.method = "Flush";
  s.target = "d.t";
  return s;
}

TEST(Judge, MoCtlSucceedsWhenEachShardSaysOk) {
  struct Case {
    const char* name;
    const char* json;
    bool ok;
  };
  const Case cases[] = {
      {"as recorded",
       "{\n  \"method\": \"Flush\",\n  \"result\": [\n    {\n      \"returnStr\": \"OK\"\n    }\n  ]\n}\n",
       true},
      {"two shards", R"({"method":"Flush","result":[{"returnStr":"OK"},{"returnStr":"OK"}]})", true},
      {"one of two failed", R"({"method":"Flush","result":[{"returnStr":"OK"},{"returnStr":"Failed"}]})",
       false},
      {"failed", R"({"method":"Flush","result":[{"returnStr":"Failed"}]})", false},
      {"no shard is known", R"({"method":"Flush","result":[]})", false},
      {"no result", R"({"method":"Flush"})", false},
      {"a result that is a text", R"({"method":"Flush","result":"OK"})", false},
      {"another case", R"({"result":[{"returnStr":"ok"}]})", false},
      {"no value", R"({"result":[{"returnStr"}]})", false},
      {"a number", R"({"result":[{"returnStr":1}]})", false},
      {"cut off", R"({"result":[{"returnStr":"OK"},{"returnStr":"O)", false},
      {"empty", "", false},
      {"no JSON", "OK", false},
  };
  for (const Case& c : cases) {
    auto error = judge(mo_ctl_step(), test::rows({{c.json}}));
    EXPECT_EQ(!error.has_value(), c.ok) << c.name;
    EXPECT_EQ(error.value_or(SqlError{protocol::errc::mo_internal, {}, {}}).code, protocol::errc::mo_internal)
        << c.name;
  }
  EXPECT_TRUE(judge(mo_ctl_step(), {}).has_value());
  EXPECT_TRUE(judge(mo_ctl_step(), test::rows({{std::nullopt}})).has_value());
}

TEST(Judge, ATableIsRestoredWhenItsIdChanged) {
  Step s;
  s.expect = Expect::changed_table;
  s.compare_with = "7";
  s.failure_hint = "it was not restored";
  EXPECT_FALSE(judge(s, test::rows({{"8"}})));
  auto error = judge(s, test::rows({{"7"}}));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message, "internal error: it was not restored");
  EXPECT_TRUE(judge(s, {})) << "the table is not there";
  s.compare_with = "";
  EXPECT_FALSE(judge(s, test::rows({{"8"}}))) << "it was not there before";
  EXPECT_TRUE(judge(s, {}));
}

TEST(Judge, OtherStepsSucceedWithAnyAnswer) {
  EXPECT_FALSE(judge(Step{}, {}));
  EXPECT_FALSE(judge(Step{}, test::rows({{"no"}})));
}

TEST(MoCtlRow, HasTheFourColumns) {
  std::vector<std::optional<std::string>> wanted{"Flush", "d.t", "OK", "12"};
  EXPECT_EQ(mo_ctl_row(mo_ctl_step(), 12), wanted);
}

Plan plan_of(std::vector<Step> steps) { return {std::move(steps), {}}; }

Step step_with(std::string undo) {
  Step s;
  s.undo = std::move(undo);
  return s;
}

TEST(FailureOf, KeepsTheNativeErrorAndTellsWhatWasDone) {
  const SqlError native{1050, "table t already exists", "HY000"};
  struct Case {
    const char* name;
    std::vector<Step> steps;
    std::size_t failed, undone;
    std::optional<SqlError> undo_failed;
    const char* message;
  };
  const Case cases[] = {
      {"the only step", {Step{}}, 0, 0, {}, "table t already exists"},
      {"the first step: nothing was done", {Step{}, Step{}}, 0, 0, {}, "table t already exists"},
      {"nothing to undo",
       {Step{}, Step{}, Step{}},
       2,
       0,
       {},
       "table t already exists (step 3 of 3 failed, steps 1 to 2 stay done)"},
      {"undone",
       {step_with("DROP ACCOUNT b"), Step{}},
       1,
       1,
       {},
       "table t already exists (step 2 of 2 failed, step 1 was undone)"},
      {"several undone",
       {step_with("DROP ACCOUNT b"), Step{}, Step{}},
       2,
       1,
       {},
       "table t already exists (step 3 of 3 failed, steps 1 to 2 were undone)"},
      {"the undo failed",
       {step_with("DROP ACCOUNT b"), Step{}},
       1,
       0,
       SqlError{1105, "no luck", {}},
       "table t already exists (step 2 of 2 failed, undoing step 1 failed too: no luck; run DROP ACCOUNT b)"},
  };
  for (const Case& c : cases) {
    SqlError error = failure_of(plan_of(c.steps), {c.failed, How::failed, c.undone, c.undo_failed}, native);
    EXPECT_EQ(error.message, c.message) << c.name;
    EXPECT_EQ(error.code, 1050) << c.name;
  }
}

Step step_leaving(std::string leaves) {
  Step s;
  s.leaves = std::move(leaves);
  return s;
}

TEST(FailureOf, TellsWhatIsLeftOfAPlanThatWasEnded) {
  const SqlError killed{1317, "interrupted", {}};
  struct Case {
    const char* name;
    std::vector<Step> steps;
    Failure failure;
    const char* message;
  };
  const Case cases[] = {
      {"before the first step", {Step{}, Step{}}, {0, How::not_begun, 0, {}}, "interrupted"},
      {"between two",
       {Step{}, Step{}},
       {1, How::not_begun, 0, {}},
       "interrupted (step 2 of 2 was not begun, step 1 stays done)"},
      {"while it was waited for",
       {Step{}, Step{}},
       {1, How::unfinished, 0, {}},
       "interrupted (step 2 of 2 was not waited for to its end, step 1 stays done)"},
      {"what stays has a name",
       {step_leaving("database d in b"), step_leaving("database e in b"), Step{}},
       {2, How::failed, 0, {}},
       "interrupted (step 3 of 3 failed, steps 1 to 2 stay done: database d in b, database e in b)"},
      {"nothing stays of what was undone",
       {step_with("DROP ACCOUNT b"), step_leaving("database d in b"), Step{}},
       {2, How::not_begun, 1, {}},
       "interrupted (step 3 of 3 was not begun, steps 1 to 2 were undone)"},
      {"no answer",
       {Step{}},
       {0, How::unknown, 0, {}},
       "interrupted (it is not known whether step 1 of 1 was done)"},
      {"no answer to what could be undone",
       {step_with("DROP ACCOUNT b"), Step{}},
       {0, How::unknown, 0, {}},
       "interrupted (it is not known whether step 1 of 2 was done, and if so, DROP ACCOUNT b undoes it)"},
      {"no answer to what leaves something",
       {Step{}, step_leaving("database d in b")},
       {1, How::unknown, 0, {}},
       "interrupted (it is not known whether step 2 of 2 was done: look for database d in b, step 1 stays "
       "done)"},
  };
  for (const Case& c : cases)
    EXPECT_EQ(failure_of(plan_of(c.steps), c.failure, killed).message, c.message) << c.name;
  Step check;
  check.expect = Expect::changed_table;
  EXPECT_EQ(failure_of(plan_of({Step{}, check}), {1, How::not_begun, 0, {}}, killed).message,
            "interrupted (step 2 of 2 was not begun, step 1 stays done)");
}

TEST(FailureOf, NumberZeroBecomesTheRightOne) {
  struct Case {
    const char* name;
    Step step;
    SqlError native;
    std::uint16_t code;
    const char* message;
  };
  const Case cases[] = {
      {"a flush of an unknown database",
       mo_ctl_step(),
       {0, "ExpectedEOB", "00000"},
       1049,
       "Unknown database d"},
      {"the same with its number already mended",
       mo_ctl_step(),
       {1105, "ExpectedEOB", {}},
       1049,
       "Unknown database d"},
      {"any other step", Step{}, {0, "ExpectedEOB", "00000"}, 1105, "ExpectedEOB"},
      {"other errors stay", mo_ctl_step(), {1146, "no such table d.t", "HY000"}, 1146, "no such table d.t"},
  };
  for (const Case& c : cases) {
    SqlError error = failure_of(plan_of({c.step}), {}, c.native);
    EXPECT_EQ(error.code, c.code) << c.name;
    EXPECT_EQ(error.message, c.message) << c.name;
    EXPECT_NE(error.state(), "00000") << c.name;
  }
}

TEST(FailureOf, AppendsTheHintOfTheStep) {
  Step s;
  s.failure_hint = "nothing was restored";
  EXPECT_EQ(failure_of(plan_of({s}), {}, {1105, "context canceled", {}}).message,
            "context canceled; nothing was restored");
}

TEST(FailureOf, SaysWhatToDoWithWhatIsThereAlready) {
  Step s;
  s.exists_hint = "DROP SNAPSHOT `s` removes it";
  EXPECT_EQ(failure_of(plan_of({s}), {}, {20101, "internal error: snapshot s already exists", {}}).message,
            "internal error: snapshot s already exists; DROP SNAPSHOT `s` removes it");
  EXPECT_EQ(failure_of(plan_of({s}), {}, {20101, "no luck", {}}).message, "no luck");
}

TEST(FailureOf, LeavesAProbeAndACheckAsTheyAre) {
  Step check;
  check.expect = Expect::changed_table;
  check.failure_hint = "x";
  const SqlError native{20101, "internal error: x", {}};
  EXPECT_EQ(failure_of(plan_of({Step{}, check}), {1, How::failed, 0, {}}, native), native);
  Plan probes = plan_of({Step{}, Step{}});
  probes.answer.kind = AnswerKind::forward;
  EXPECT_EQ(failure_of(probes, {1, How::failed, 0, {}}, native), native);
}

}  // namespace
}  // namespace mogate::rewrite
