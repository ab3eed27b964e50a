#include "proxy/cli/progress.h"

#include <gtest/gtest.h>

namespace mogate::proxy {
namespace {

TEST(ProgressLine, says_the_step_the_time_and_what_runs) {
  using std::chrono::seconds;
  EXPECT_EQ(progress_line("RESTORE", 2, 5, seconds(61), 80), "step 2 of 5, 61 s: RESTORE");
  EXPECT_EQ(progress_line("RESTORE", 1, 1, seconds(0), 80), "0 s: RESTORE");
  EXPECT_EQ(progress_line("RESTORE TABLE", 1, 1, seconds(3), 12), "3 s: REST...");
  EXPECT_EQ(progress_line("\xc3\xa4\xc3\xb6\xc3\xbc", 1, 1, seconds(3), 9),
            "3 s: ...");  // not inside a character
}

}  // namespace
}  // namespace mogate::proxy
