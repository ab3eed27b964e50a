#include "proxy/subscription/desk.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>

namespace mogate::proxy {
namespace {

using Request = SubscriptionDesk::Request;

struct Asked {
  std::shared_ptr<Request> request = std::make_shared<Request>();
  std::shared_ptr<std::promise<void>> done = std::make_shared<std::promise<void>>();

  explicit Asked(rewrite::Statement statement) {
    request->statement = std::move(statement);
    request->done = [done = done] { done->set_value(); };
  }
  bool is_done_soon() const {
    return done->get_future().wait_for(std::chrono::seconds(20)) == std::future_status::ready;
  }
};

rewrite::Statement change(std::string name = "n") {
  rewrite::ChangeSubscription statement;
  statement.name = std::move(name);
  return {statement};
}

rewrite::Result named(const rewrite::Statement& statement) {
  rewrite::Result result;
  if (const auto* s = std::get_if<rewrite::ChangeSubscription>(&statement.as)) result.info = s->name;
  return result;
}

// Answers once it is opened, or given up.
struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
  std::size_t inside = 0, given_up = 0;

  rewrite::Result answer(const rewrite::Statement& statement, const std::atomic<bool>& gave_up) {
    std::unique_lock lock(mutex);
    ++inside;
    changed.notify_all();
    while (!open && !gave_up) changed.wait_for(lock, std::chrono::milliseconds(5));
    if (!open) ++given_up;
    return named(statement);
  }
  bool wait_until_inside(std::size_t n) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), [&] { return inside >= n; });
  }
  void let_all_go() {
    std::lock_guard lock(mutex);
    open = true;
    changed.notify_all();
  }
  SubscriptionDesk::Answer as_answer() {
    return [this](const rewrite::Statement& statement, const rewrite::Identity&,
                  const std::atomic<bool>& gave_up) { return answer(statement, gave_up); };
  }
};

TEST(SubscriptionDesk, AnswersWithStatementAndIdentity) {
  std::string account;
  SubscriptionDesk desk(
      [&](const rewrite::Statement& s, const rewrite::Identity& self, const std::atomic<bool>& given_up) {
        account = self.account;
        EXPECT_FALSE(given_up);
        return named(s);
      });
  Asked asked(change("mine"));
  asked.request->identity.account = "acc1";
  ASSERT_TRUE(desk.hand_in(asked.request));
  ASSERT_TRUE(asked.is_done_soon());
  EXPECT_EQ(asked.request->result.info, "mine");
  EXPECT_EQ(account, "acc1");
}

TEST(SubscriptionDesk, AnswersSeveralAtOnceAndReadsWhateverIsWaitedFor) {
  Gate gate;
  SubscriptionDesk desk(
      [&](const rewrite::Statement& s, const rewrite::Identity&, const std::atomic<bool>& gave_up) {
        return rewrite::only_reads(s) ? named(s) : gate.answer(s, gave_up);
      });
  std::vector<Asked> changes;
  for (int i = 0; i < 40; ++i) {
    changes.emplace_back(change());
    ASSERT_TRUE(desk.hand_in(changes.back().request));
  }
  ASSERT_TRUE(gate.wait_until_inside(2));
  Asked read({rewrite::ShowSubscriptions{}});
  ASSERT_TRUE(desk.hand_in(read.request));
  EXPECT_TRUE(read.is_done_soon());
  gate.let_all_go();
  for (const Asked& asked : changes) EXPECT_TRUE(asked.is_done_soon());
}

TEST(SubscriptionDesk, RefusesWhenTooManyWait) {
  Gate gate;
  SubscriptionDesk desk(gate.as_answer());
  std::size_t taken = 0;
  while (taken < 1000 && desk.hand_in(Asked(change()).request)) ++taken;
  EXPECT_LT(taken, 1000U);
  EXPECT_GT(taken, 16U);
  gate.let_all_go();
}

TEST(SubscriptionDesk, DoesNotBeginWhatWasGivenUpMeanwhile) {
  Gate gate;
  SubscriptionDesk desk(gate.as_answer());
  while (desk.hand_in(Asked(change()).request)) continue;
  ASSERT_TRUE(gate.wait_until_inside(16));
  gate.let_all_go();
  Asked late(change("late"));
  late.request->given_up = true;
  while (!desk.hand_in(late.request)) std::this_thread::yield();
  Asked next(change());
  while (!desk.hand_in(next.request)) std::this_thread::yield();
  ASSERT_TRUE(late.is_done_soon());
  ASSERT_TRUE(next.is_done_soon());
  ASSERT_TRUE(late.request->result.error);
  EXPECT_EQ(late.request->result.error->code, 1317);
  EXPECT_EQ(late.request->result.info, "");
}

TEST(SubscriptionDesk, ClosesByGivingUpWhatRuns) {
  Gate gate;
  {
    SubscriptionDesk desk(gate.as_answer());
    Asked one(change()), two(change());
    ASSERT_TRUE(desk.hand_in(one.request));
    ASSERT_TRUE(desk.hand_in(two.request));
    ASSERT_TRUE(gate.wait_until_inside(2));
  }
  EXPECT_EQ(gate.given_up, 2U);
}

}  // namespace
}  // namespace mogate::proxy
