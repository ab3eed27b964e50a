#include "rewrite/subscription/ccpr_watch.h"

#include <gtest/gtest.h>

namespace mogate::rewrite::ccpr {
namespace {

using namespace std::chrono_literals;

constexpr auto kIdle = false, kIterating = true;

// One look at the task.
struct Look {
  std::chrono::seconds at;
  std::uint64_t lsn;
  bool iterating;
  std::vector<std::uint64_t> snapshots;
  Step expected;
  TaskState state = TaskState::running;
  const char* error = "";
  std::uint64_t watermark = 1;
};

struct Case {
  const char* name;
  bool after_failure;
  std::vector<Look> looks;
};

class Watching : public testing::TestWithParam<Case> {};

TEST_P(Watching, TellsWhatToDo) {
  Watch watch(GetParam().after_failure);
  Watch::Clock::time_point begin{};
  for (const auto& look : GetParam().looks) {
    Task task;
    task.lsn = look.lsn;
    task.iterating = look.iterating;
    task.state = look.state;
    task.error = look.error;
    task.watermark = look.watermark;
    std::map<std::uint64_t, std::uint64_t> snapshots;
    for (auto number : look.snapshots) snapshots[number] = number;
    EXPECT_EQ(static_cast<int>(watch.next(task, snapshots, begin + look.at)), static_cast<int>(look.expected))
        << "at " << look.at.count() << ": " << watch.why();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Tasks, Watching,
    testing::Values(
        Case{"idle_gets_a_flushed_snapshot",
             false,
             {{0s, 7, kIdle, {5, 6}, Step::prepare},
              {1s, 7, kIdle, {6, 7}, Step::wait},
              {9s, 7, kIterating, {6, 7}, Step::wait},
              {10s, 8, kIdle, {6, 7}, Step::done}}},
        Case{"one_that_began_before_is_not_enough",
             false,
             {{0s, 7, kIterating, {6, 7}, Step::checkpoint},
              {30s, 7, kIterating, {6, 7}, Step::wait},
              {60s, 8, kIdle, {6, 7}, Step::prepare},
              {61s, 8, kIdle, {7, 8}, Step::wait},
              {70s, 9, kIdle, {7, 8}, Step::done}}},
        Case{"one_whose_snapshot_comes_later_is",
             false,
             {{0s, 7, kIterating, {6}, Step::wait},
              {1s, 7, kIterating, {6, 7}, Step::checkpoint},
              {2s, 7, kIterating, {6, 7}, Step::wait},
              {61s, 8, kIdle, {6, 7}, Step::done}}},
        Case{"snapshot_that_was_left_is_not_enough",
             false,
             {{0s, 7, kIdle, {6, 7}, Step::checkpoint},
              {9s, 8, kIdle, {6, 7}, Step::prepare},
              {19s, 9, kIdle, {7, 8}, Step::done}}},
        Case{"died_before_its_snapshot",
             false,
             {{0s, 7, kIterating, {6}, Step::wait},
              {30s, 7, kIterating, {6}, Step::wait},
              {31s, 7, kIterating, {6}, Step::resume},
              {32s, 7, kIdle, {6}, Step::prepare},
              {40s, 8, kIdle, {6, 7}, Step::done}}},
        Case{"died_before_its_snapshot_after_a_failure",
             true,
             {{0s, 7, kIterating, {6}, Step::wait},
              {12s, 7, kIterating, {6}, Step::wait},
              {13s, 7, kIterating, {6}, Step::resume}}},
        Case{"waits_for_its_poll_of_the_flush",
             true,
             {{0s, 7, kIterating, {7}, Step::checkpoint},
              {74s, 7, kIterating, {7}, Step::wait},
              {76s, 7, kIterating, {7}, Step::resume}}},
        Case{"busy",
             false,
             {{0s, 7, kIterating, {7}, Step::checkpoint},
              {119s, 7, kIterating, {7}, Step::wait},
              {121s, 7, kIterating, {7}, Step::resume}}},
        Case{"busy_with_the_first_copy",
             false,
             {{0s, 0, kIterating, {0}, Step::checkpoint, TaskState::running, "", 0},
              {1799s, 0, kIterating, {0}, Step::wait, TaskState::running, "", 0},
              {1801s, 0, kIterating, {0}, Step::resume, TaskState::running, "", 0}}},
        Case{"tries_again_after_an_error_of_its_own",
             false,
             {{0s, 7, kIterating, {7}, Step::checkpoint, TaskState::running, "R:1:1:1:x"},
              {76s, 7, kIterating, {7}, Step::resume, TaskState::running, "R:1:1:1:x"}}},
        Case{"stands_still_for_good",
             false,
             {{0s, 7, kIterating, {}, Step::wait},
              {31s, 7, kIterating, {}, Step::resume},
              {62s, 7, kIterating, {}, Step::resume},
              {93s, 7, kIterating, {}, Step::resume},
              {124s, 7, kIterating, {}, Step::resume},
              {155s, 7, kIterating, {}, Step::fail}}},
        Case{"paused_before",
             false,
             {{0s, 7, kIdle, {}, Step::resume, TaskState::paused}, {1s, 7, kIdle, {}, Step::prepare}}},
        Case{"paused_meanwhile",
             false,
             {{0s, 7, kIdle, {}, Step::prepare}, {1s, 7, kIdle, {7}, Step::fail, TaskState::paused}}},
        Case{"failed_before",
             true,
             {{0s, 7, kIdle, {7}, Step::resume, TaskState::error, "N:1:x"},
              {1s, 7, kIdle, {7}, Step::checkpoint},
              {2s, 7, kIdle, {7}, Step::fail, TaskState::error, "N:2:y"}}},
        Case{"dropped", false, {{0s, 7, kIdle, {}, Step::fail, TaskState::dropped}}}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Watching, TellsTheTasksOwnError) {
  Watch watch(false);
  Task task;
  watch.next(task, {}, {});
  task.state = TaskState::error;
  task.error = "N:1795220606:internal error: no such table r_db.n";
  EXPECT_EQ(static_cast<int>(watch.next(task, {}, {})), static_cast<int>(Step::fail));
  EXPECT_EQ(watch.why(), "MatrixOne's replication: internal error: no such table r_db.n");
}

}  // namespace
}  // namespace mogate::rewrite::ccpr
