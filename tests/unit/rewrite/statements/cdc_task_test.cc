#include "rewrite/statements/cdc_task.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using Row = std::vector<std::optional<std::string>>;

Row row(const char* state, const char* error, const char* checkpoint) {
  return {"id", "n", "mysql://u:p@h:1", "mysql://u:p@h:2", state, error, checkpoint, "now"};
}

constexpr char kHealthy[] = "{\n  \"d.t\": 2026-11-21 00:06:10.77 +0000 UTC,\n}";
constexpr char kRetries[] =
    "{\n  \"d.t\": 2026-11-21 00:06:10.77 +0000 UTC(Failed, error: R:1:17:internal error: breaker open),\n}";
constexpr char kLost[] =
    "{\n  \"d.a\": 2026 +0000 UTC,\n  \"d.t\": 2026 +0000 UTC(Failed, error: N:17:Error 1136 (HY000): "
    "count),\n}";

TEST(CdcTask, IsShownAsItIs) {
  struct Case {
    const char* name;
    Row row;
    const char* state;
    const char* error;
  };
  const Case cases[] = {
      {"runs", row("running", "", kHealthy), "running", ""},
      {"begins", row("running", "", "{\n}"), "running", ""},
      {"paused", row("paused", "", kHealthy), "paused", ""},
      {"is about to pause", row("pausing", "", kHealthy), "pausing", ""},
      {"tries again", row("running", "", kRetries), "running",
       "retrying: R:1:17:internal error: breaker open"},
      {"failed, 4.2", row("failed", "permanent table error", kLost), "failed", "permanent table error"},
      {"failed, 3.0 says running", row("running", "", kLost), "failed", "N:17:Error 1136 (HY000): count"},
      {"paused after it failed, 3.0", row("paused", "", kLost), "stuck", "N:17:Error 1136 (HY000): count"},
      {"paused after it failed, 4.2", row("pausing", "permanent", kLost), "stuck", "permanent"},
      {"restarted after it failed, 4.2", row("restarting", "permanent", kHealthy), "stuck", "permanent"},
      {"restarts", row("restarting", "", kHealthy), "restarting", ""},
  };
  for (const Case& c : cases) {
    CdcTask task = read_cdc_task(c.row);
    EXPECT_EQ(task.state, c.state) << c.name;
    EXPECT_EQ(task.error, c.error) << c.name;
  }
}

TEST(CdcTask, ItsErrorHidesPasswords) {
  CdcTask task = read_cdc_task(
      row("failed", "dial mysql://u:s3cret@h:1", "{\n  \"d.t\": x(Failed, error: R:mysql://u:s3cret@h),\n}"));
  EXPECT_EQ(task.error, "dial mysql://u:***@h:1");
  EXPECT_EQ(task.checkpoint.find("s3cret"), std::string::npos) << task.checkpoint;
}

TEST(CdcTask, ItsCheckpointIsValidJson) {
  for (auto [native, json] : {
           std::pair{"{\n}", "{\n}"},
           std::pair{"", "{\n}"},
           std::pair{kHealthy, "{\n  \"d.t\": \"2026-11-21 00:06:10.77 +0000 UTC\"\n}"},
           std::pair{kLost,
                     "{\n  \"d.a\": \"2026 +0000 UTC\",\n  \"d.t\": \"2026 +0000 UTC(Failed, error: "
                     "N:17:Error 1136 "
                     "(HY000): count)\"\n}"},
           std::pair{"{\n  \"d.t\": a \"quoted\", \\ text\nof two lines,\n}",
                     "{\n  \"d.t\": \"a \\\"quoted\\\", \\\\ text\\nof two lines\"\n}"},
       })
    EXPECT_EQ(checkpoint_json(native), json);
}

TEST(CdcTask, RowsHaveMoCdcsEightColumnsAndMayBeChosenByName) {
  Rows native{{}, {row("running", "", "{\n}"), row("paused", "", "{\n}")}};
  native.rows[1][1] = "other";
  EXPECT_EQ(cdc_task_columns().size(), 8U);
  EXPECT_EQ(cdc_task_rows(native, std::nullopt).rows.size(), 2U);
  Rows some = cdc_task_rows(native, "oth%");
  ASSERT_EQ(some.rows.size(), 1U);
  EXPECT_EQ(some.rows[0], (Row{"id", "other", "mysql://u:******@h:1", "mysql://u:******@h:2", "paused", "",
                               "{\n}", "now"}));
}

TEST(CdcTask, ARowThatIsTooShortIsNoCrash) { EXPECT_EQ(read_cdc_task({}).state, ""); }

}  // namespace
}  // namespace mogate::rewrite
