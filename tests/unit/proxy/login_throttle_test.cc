#include "proxy/server/login_throttle.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace mogate::proxy {
namespace {

using namespace std::chrono_literals;

constexpr Clock::time_point kStart{};

class LoginThrottleTest : public testing::Test {
 protected:
  LoginThrottleTest() { throttle.set({.failed_logins = 3, .login_delay = 1s, .max_login_delay = 10s}); }
  void fail(int times, Clock::time_point when = kStart) {
    for (int i = 0; i < times; ++i) throttle.failed("a", when);
  }
  LoginThrottle throttle{3};
};

TEST_F(LoginThrottleTest, lets_the_first_failures_pass) {
  fail(2);
  EXPECT_EQ(throttle.take_turn("a", kStart), 0s);
  EXPECT_EQ(throttle.delayed(), 0U);
}

TEST_F(LoginThrottleTest, makes_each_further_failure_wait_twice_as_long_up_to_the_most) {
  struct {
    int failures;
    Clock::duration wait;
  } rows[] = {{3, 1s}, {4, 2s}, {5, 4s}, {6, 8s}, {7, 10s}, {8, 10s}, {500, 10s}};
  for (const auto& [failures, wait] : rows) {
    throttle.succeeded("a");
    fail(failures);
    EXPECT_EQ(throttle.take_turn("a", kStart), wait) << failures;
  }
}

TEST_F(LoginThrottleTest,
       gives_logins_that_come_at_once_one_turn_after_the_other_and_refuses_those_that_wait_too_long) {
  fail(4);
  for (auto wait : {2s, 4s, 6s, 8s, 10s}) EXPECT_EQ(throttle.take_turn("a", kStart), wait);
  EXPECT_EQ(throttle.take_turn("a", kStart), std::nullopt);
  EXPECT_EQ(throttle.delayed(), 5U);
  EXPECT_EQ(throttle.refused(), 1U);
}

TEST_F(LoginThrottleTest, counts_the_time_that_has_passed) {
  fail(4);
  EXPECT_EQ(throttle.take_turn("a", kStart + 500ms), 1500ms);
  throttle.succeeded("a");
  fail(4);
  EXPECT_EQ(throttle.take_turn("a", kStart + 3s), 0s);
}

TEST_F(LoginThrottleTest, holds_up_nobody_else) {
  fail(9);
  EXPECT_EQ(throttle.take_turn("b", kStart), 0s);
}

TEST_F(LoginThrottleTest, forgets_at_a_success_and_after_ten_minutes) {
  fail(9);
  throttle.succeeded("a");
  EXPECT_EQ(throttle.take_turn("a", kStart), 0s);
  fail(9);
  EXPECT_EQ(throttle.take_turn("a", kStart + 11min), 0s);
  EXPECT_EQ(throttle.size(), 0U);
}

TEST_F(LoginThrottleTest, remembers_the_latest_when_there_are_too_many) {
  fail(9);
  for (int i = 0; i < 9; ++i) throttle.failed(fmt::format("other {}", i), kStart);
  EXPECT_EQ(throttle.size(), 3U);
  EXPECT_EQ(throttle.take_turn("a", kStart), 0s);
}

TEST_F(LoginThrottleTest, can_be_off) {
  throttle.set({.failed_logins = 0});
  fail(50);
  EXPECT_EQ(throttle.take_turn("a", kStart), 0s);
}

}  // namespace
}  // namespace mogate::proxy
