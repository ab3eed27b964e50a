#include "rewrite/subscription/state_sql.h"

#include "rewrite/subscription/upstream_sql.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

Subscription subscription() {
  Subscription s;
  s.id = 3;
  s.uid = "0123456789ab";
  s.cycle = 6;
  s.asked = 2;
  s.database = "d";
  return s;
}

SyncTask task(std::uint32_t id) {
  SyncTask t;
  t.id = id;
  t.lsn = 41;
  t.snapshot = "mogate_0123456789ab_7";
  t.watermark = "2026-11-21 01:02:03.000004";
  return t;
}

// The fence: each of these affects no row once somebody else has the task.
TEST(TaskStatements, AreBoundToTheClaim) {
  constexpr char kClaimed[] = " where job_id = 5 and iteration_lsn = 41 and cn_uuid = 'me'";
  EXPECT_TRUE(state_sql::complete(task(5), "me").ends_with(kClaimed));
  EXPECT_TRUE(state_sql::fail_task(task(5), "me", "why").ends_with(kClaimed));
  EXPECT_TRUE(
      state_sql::claim(task(5), "me", 9, "now").ends_with(" where job_id = 5 and iteration_lsn = 41"));
  auto moved = state_sql::move_watermarks({}, "base", "new", "time", "me");
  EXPECT_NE(moved.find("snapshot_name = 'base' and cn_uuid = 'me'"), std::string::npos) << moved;
}

TEST(BeginCycle, IsForOneGatewayAndNotWhilePaused) {
  auto sql = state_sql::begin_cycle(subscription(), 7);
  EXPECT_NE(sql.find("cycle_snapshot = 'mogate_0123456789ab_7'"), std::string::npos);
  EXPECT_TRUE(sql.ends_with("where task_id = 3 and state in (0, 2) and cycle_number = 6")) << sql;
}

TEST(Messages, AreCutBetweenCharacters) {
  std::string most(4899, 'x');
  std::string message = most;
  message += "\xC3\xA4 and a tail";
  auto sql = state_sql::set_error(3, message);
  EXPECT_NE(sql.find("'" + most + "'"), std::string::npos);
}

TEST(ReadSubscriptions, TakesTheColumnsOfItsQuery) {
  Rows rows;
  rows.rows.push_back({"3",
                       "n",
                       "1",
                       "acc1",
                       "d",
                       std::nullopt,
                       "mysql://u:******@h:1",
                       "60",
                       "LOGICAL",
                       "2",
                       "0123456789ab",
                       "7",
                       "mogate_0123456789ab_7",
                       "6",
                       "2",
                       "1",
                       "1",
                       "2026-11-21 01:02:03.000004",
                       "why",
                       "c",
                       "u"});
  auto all = state_sql::read_subscriptions(rows);
  ASSERT_EQ(all.size(), 1U);
  const auto& s = all[0];
  EXPECT_EQ(std::tie(s.id, s.name, s.account, s.database, s.table, s.interval_s, s.uid, s.snapshot),
            std::make_tuple(3U, "n", "acc1", "d", "", 60U, "0123456789ab", "mogate_0123456789ab_7"));
  EXPECT_EQ(std::tie(s.cycle, s.ended, s.asked, s.answered, s.verify, s.error, s.updated_at),
            std::make_tuple(7U, 6U, 2U, 1U, true, "why", "u"));
  EXPECT_EQ(s.state, SubscriptionState::error);
}

TEST(Watermark, IsTheSnapshotsMomentInUtc) {
  EXPECT_EQ(upstream_sql::watermark(1795226523000004999ULL), "2026-11-21 02:02:03.000004");
}

TEST(Snapshots, AreOfTheDatabaseOrTheTable) {
  auto s = subscription();
  s.snapshot = "mogate_0123456789ab_7";
  EXPECT_EQ(upstream_sql::create_snapshot(s), "create snapshot mogate_0123456789ab_7 for database `d`");
  s.table = "t`x";
  EXPECT_EQ(upstream_sql::create_snapshot(s), "create snapshot mogate_0123456789ab_7 for table `d` `t``x`");
}

}  // namespace
}  // namespace mogate::rewrite
