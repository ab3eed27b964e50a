// A session at the subscriptions' desk: what it gets, and how it leaves without an answer.
#include "proxy/orchestrate/ask_desk.h"

#include "proxy/subscription/desk.h"

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <thread>

namespace mogate::proxy {
namespace {

constexpr std::uint32_t kSession = 7;
constexpr std::uint16_t kInterrupted = 1317;

Config config_with(std::chrono::milliseconds orchestration) {
  Config config;
  config.timeouts.orchestration = orchestration;
  return config;
}

class AskDesk : public testing::Test {
 protected:
  void open(SubscriptionDesk::Answer answer) {
    desk_.emplace(std::move(answer));
    shared_.subscriptions = &*desk_;
  }
  // `meanwhile` runs on the session's thread once it waits.
  Outcome ask(const std::function<void()>& meanwhile = [] {}) {
    Outcome outcome;
    auto session = [&]() -> Detached {
      Watched watched(shard_.watchdog, context_.readiness);
      Operation operation;
      operation.id = kSession;
      Operations::Running running(shared_.operations, operation, shard_.reactor, context_.readiness);
      const rewrite::Statement statement{rewrite::ChangeSubscription{}};
      const rewrite::Identity self;
      outcome = co_await ask_desk(context_, statement, self, running);
      shard_.reactor.stop();
    };
    shard_.reactor.post([&] { session(); });
    shard_.reactor.post(meanwhile);
    shard_.reactor.run();
    return outcome;
  }

  explicit AskDesk(std::chrono::milliseconds limit = std::chrono::minutes(1)) : shared_(config_with(limit)) {}

  Shared shared_;
  ShardResources shard_;
  SessionContext context_{shared_, shard_};
  std::optional<SubscriptionDesk> desk_;
};

// Answers once it is given up.
class Patient {
 public:
  SubscriptionDesk::Answer as_answer() {
    return [this](const rewrite::Statement&, const rewrite::Identity&, const std::atomic<bool>& given_up) {
      begun_ = true;
      while (!given_up) std::this_thread::yield();
      gave_up_ = true;
      rewrite::Result result;
      result.info = "gave up";
      return result;
    };
  }
  void wait_until_begun() const {
    while (!begun_) std::this_thread::yield();
  }
  bool gave_up() const { return gave_up_; }

 private:
  std::atomic<bool> begun_{false}, gave_up_{false};
};

class AskDeskForAMoment : public AskDesk {
 protected:
  AskDeskForAMoment() : AskDesk(std::chrono::milliseconds(1)) {}
};

TEST_F(AskDesk, brings_the_answer) {
  open([](const rewrite::Statement&, const rewrite::Identity&, const std::atomic<bool>&) {
    rewrite::Result result;
    result.info = "done";
    return result;
  });
  auto outcome = ask();
  EXPECT_FALSE(outcome.error);
  EXPECT_EQ(outcome.info, "done");
}

TEST_F(AskDesk, says_what_is_missing_where_there_is_none) {
  auto outcome = ask();
  ASSERT_TRUE(outcome.error);
  EXPECT_NE(outcome.error->message.find("[service]"), std::string::npos);
}

TEST_F(AskDesk, a_kill_gives_up_and_what_is_answered_to_that_arrives) {
  Patient patient;
  open(patient.as_answer());
  auto outcome = ask([&] {
    patient.wait_until_begun();
    shared_.operations.kill(kSession);
  });
  EXPECT_FALSE(outcome.error);
  EXPECT_EQ(outcome.info, "gave up");
}

TEST_F(AskDesk, a_second_kill_waits_for_no_answer) {
  std::promise<void> released;
  auto gate = released.get_future().share();
  open([gate](const rewrite::Statement&, const rewrite::Identity&, const std::atomic<bool>&) {
    gate.wait();
    return rewrite::Result{};
  });
  auto outcome = ask([this] {
    shared_.operations.kill(kSession);
    shard_.reactor.post([this] { shared_.operations.kill(kSession); });
  });
  released.set_value();
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->code, kInterrupted);
}

TEST_F(AskDesk, a_client_that_vanishes_gives_up) {
  Patient patient;
  open(patient.as_answer());
  auto outcome = ask([&] {
    patient.wait_until_begun();
    context_.readiness.raise(event::client_gone);
  });
  EXPECT_TRUE(outcome.deserted);
  desk_.reset();
  EXPECT_TRUE(patient.gave_up());
  EXPECT_FALSE(context_.readiness.is_set(event::answered)) << "nobody waits any more";
}

TEST_F(AskDesk, the_gateways_end_ends_the_session) {
  Patient patient;
  open(patient.as_answer());
  auto outcome = ask([this] { context_.readiness.raise(event::stop); });
  ASSERT_TRUE(outcome.end);
  EXPECT_EQ(outcome.end->error.fault, IoFault::stopped);
  desk_.reset();
}

TEST_F(AskDeskForAMoment, gives_up_at_the_limit) {
  Patient patient;
  open(patient.as_answer());
  auto outcome = ask([&] { patient.wait_until_begun(); });
  EXPECT_EQ(outcome.info, "gave up");
  desk_.reset();
}

}  // namespace
}  // namespace mogate::proxy
