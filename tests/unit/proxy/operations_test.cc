#include "proxy/server/operations.h"

#include "proxy/net/task.h"

#include <gtest/gtest.h>

#include <optional>
#include <thread>

namespace mogate::proxy {
namespace {

Operation operation(std::uint32_t id) {
  Operation o;
  o.id = id;
  o.native_id = id + 100;
  o.steps = 2;
  return o;
}

class OperationsTest : public testing::Test {
 protected:
  Reactor reactor_;
  Readiness readiness_;
  Operations list_;
};

TEST_F(OperationsTest, is_listed_with_its_step_while_it_lives) {
  std::optional<Operations::Running> running;
  running.emplace(list_, operation(7), reactor_, readiness_);
  running->enter_step(2, "DROP SNAPSHOT s");
  running->enter(OperationState::undoing);
  running->lost_client();
  ASSERT_EQ(list_.all().size(), 1U);
  auto seen = list_.all()[0];
  EXPECT_EQ(seen.id, 7U);
  EXPECT_EQ(seen.step, 2U);
  EXPECT_EQ(seen.text, "DROP SNAPSHOT s");
  EXPECT_EQ(name_of(seen.state), "undoing");
  EXPECT_TRUE(seen.client_gone);
  running.reset();
  EXPECT_TRUE(list_.all().empty());
}

TEST_F(OperationsTest, a_kill_wakes_the_session_on_its_own_thread) {
  Operations::Running running(list_, operation(7), reactor_, readiness_);
  EXPECT_EQ(list_.kill(8), std::nullopt);
  EXPECT_FALSE(running.killed());
  unsigned woken = 0;
  auto session = [&]() -> Detached {
    woken = co_await readiness_.wait(event::interrupted);
    reactor_.stop();
  };
  std::optional<std::uint32_t> native;
  std::thread killer;
  reactor_.post([&] {
    session();
    killer = std::thread([&] { native = list_.kill(7); });
  });
  reactor_.run();
  killer.join();
  EXPECT_EQ(native, 107U);
  EXPECT_TRUE(running.killed());
  EXPECT_EQ(woken, event::interrupted);
}

TEST_F(OperationsTest, a_kill_that_comes_late_reaches_nobody) {
  {
    Operations::Running ends(list_, operation(7), reactor_, readiness_);
    list_.kill(7);
  }
  reactor_.post([&] { reactor_.stop(); });
  reactor_.run();
  EXPECT_FALSE(readiness_.is_set(event::interrupted));
}

}  // namespace
}  // namespace mogate::proxy
