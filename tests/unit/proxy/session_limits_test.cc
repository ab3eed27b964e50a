#include "proxy/server/session_limits.h"

#include <gtest/gtest.h>

namespace mogate::proxy {
namespace {

using Place = SessionLimits::Place;

class SessionLimitsTest : public testing::Test {
 protected:
  bool enter(std::string name, Place& place) { return limits.enter(SharedBy::user, std::move(name), place); }
  SessionLimits limits;
};

TEST_F(SessionLimitsTest, without_a_limit_everybody_enters) {
  Place places[5];
  for (auto& place : places) EXPECT_TRUE(enter("a", place));
}

TEST_F(SessionLimitsTest, refuses_who_is_one_too_many_until_another_leaves) {
  limits.set({.sessions_per_user = 2});
  Place first, second, third;
  EXPECT_TRUE(enter("a", first));
  EXPECT_TRUE(enter("a", second));
  EXPECT_FALSE(enter("a", third));
  EXPECT_EQ(limits.refused(SharedBy::user), 1U);
  first.leave();
  EXPECT_TRUE(enter("a", third));
}

TEST_F(SessionLimitsTest, names_and_kinds_have_places_of_their_own) {
  limits.set({.sessions_per_user = 1});
  Place a, b, account;
  EXPECT_TRUE(enter("a", a));
  EXPECT_TRUE(enter("b", b));
  EXPECT_TRUE(limits.enter(SharedBy::account, "a", account));
}

TEST_F(SessionLimitsTest, a_place_that_is_moved_or_taken_anew_counts_once) {
  limits.set({.sessions_per_user = 1});
  Place first;
  EXPECT_TRUE(enter("a", first));
  Place moved(std::move(first));
  EXPECT_TRUE(enter("a", moved));
  { Place gone(std::move(moved)); }
  EXPECT_TRUE(enter("a", first));
}

TEST_F(SessionLimitsTest, a_limit_that_is_set_later_counts_who_is_there) {
  Place first, second;
  EXPECT_TRUE(enter("a", first));
  limits.set({.sessions_per_user = 1});
  EXPECT_FALSE(enter("a", second));
}

}  // namespace
}  // namespace mogate::proxy
