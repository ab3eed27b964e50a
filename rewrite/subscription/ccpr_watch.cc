#include "rewrite/subscription/ccpr_watch.h"

namespace mogate::rewrite::ccpr {
namespace {

using namespace std::chrono_literals;

// An iteration begins within MatrixOne's 10 s, and makes its snapshot in moments unless it died of an outage.
constexpr auto kStart = 30s, kStartAfterFailure = 12s;
// It looks whether the snapshot is flushed once a minute only, then applies what changed. RESUME begins a
// second one beside one that is still at it, so it is not said lightly.
constexpr auto kPoll = 75s, kApply = 120s, kFirstCopy = 1800s;
constexpr unsigned kMostResumes = 4;

}  // namespace

Step Watch::next(const Task& task, const std::map<std::uint64_t, std::uint64_t>& snapshots,
                 Clock::time_point now) {
  bool has_snapshot = snapshots.count(task.lsn) != 0;
  bool first = !goal_;
  // A snapshot that is there already may be of before.
  if (first) goal_ = task.lsn + (has_snapshot ? 2 : 1);
  if (!last_ || !(*last_ == task)) {
    since_ = now;
    if (last_ && last_->lsn != task.lsn) resumed_ = 0;
    last_ = task;
  }
  if (task.state == TaskState::dropped) return failed("its task is dropped");
  if (task.state != TaskState::running && first) return resume(now);
  if (task.state == TaskState::error) return failed(error_text(task.error));
  if (task.state == TaskState::paused) return failed("its task was paused");
  if (task.lsn >= *goal_) return Step::done;
  if (flushed_ != task.lsn && (has_snapshot || !task.iterating)) {
    flushed_ = task.lsn;
    since_ = now;
    return has_snapshot ? Step::checkpoint : Step::prepare;
  }
  return is_still(task, has_snapshot, now) ? resume(now) : Step::wait;
}

bool Watch::is_still(const Task& task, bool has_snapshot, Clock::time_point now) const {
  auto still = now - since_;
  if (!task.iterating || !has_snapshot) return still > (suspicious_ ? kStartAfterFailure : kStart);
  if (suspicious_ || !task.error.empty()) return still > kPoll;
  return still > (task.watermark == 0 ? kFirstCopy : kApply);
}

Step Watch::resume(Clock::time_point now) {
  if (++resumed_ > kMostResumes) return failed("it stands still, also after RESUME CCPR SUBSCRIPTION");
  since_ = now;
  suspicious_ = false;
  return Step::resume;
}

Step Watch::failed(std::string why) {
  why_ = "MatrixOne's replication: " + std::move(why);
  return Step::fail;
}

}  // namespace mogate::rewrite::ccpr
