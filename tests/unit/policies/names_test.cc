#include "policies/names.h"

#include "policies/time_window.h"
#include "policies/token_bucket.h"

#include <gtest/gtest.h>

namespace mogate::policies {
namespace {

TEST(Glob, knows_stars_and_question_marks) {
  struct Case {
    const char *name, *pattern;
    bool fits;
  };
  constexpr Case kCases[] = {{"a", "a", true},         {"a", "A", false},    {"abc", "a*", true},
                             {"abc", "*c", true},      {"abc", "a?c", true}, {"abc", "a?", false},
                             {"", "*", true},          {"", "", true},       {"a", "", false},
                             {"aXbXc", "a*b*c", true}, {"aab", "*ab", true}, {"abab", "*abab*", true}};
  for (const auto& c : kCases) EXPECT_EQ(glob(c.name, c.pattern), c.fits) << c.name << " " << c.pattern;
}

TEST(NamePatterns, may_want_and_exclude) {
  NamePatterns names;
  EXPECT_TRUE(names.matches("x"));
  names.add("!root");
  EXPECT_TRUE(names.matches("x"));
  EXPECT_FALSE(names.matches("root"));
  names.add("r*");
  EXPECT_FALSE(names.matches("x"));
  EXPECT_TRUE(names.matches("r1"));
  EXPECT_FALSE(names.matches("root"));
}

TEST(TablePatterns, fill_in_the_current_database_and_fit_any_unknown_one) {
  TablePatterns tables;
  tables.add("Shop.Ord*");
  EXPECT_TRUE(tables.matches({"", "orders"}, "shop"));
  EXPECT_TRUE(tables.matches({"shop", "orders"}, "x"));
  EXPECT_FALSE(tables.matches({"", "orders"}, "x"));
  EXPECT_TRUE(tables.matches({"", "orders"}, ""));
  EXPECT_TRUE(tables.matches({"shop", ""}, ""));
}

TEST(TimeWindow, has_days_hours_or_both) {
  constexpr WeekMinute kMondayNine{0, 540}, kSaturdayNine{5, 540}, kMondayOne{0, 60}, kSundayLate{6, 23 * 60};
  EXPECT_TRUE(TimeWindow::parse("mon-fri 08:00-18:00")->contains(kMondayNine));
  EXPECT_FALSE(TimeWindow::parse("mon-fri 08:00-18:00")->contains(kSaturdayNine));
  EXPECT_TRUE(TimeWindow::parse("sat,sun")->contains(kSaturdayNine));
  EXPECT_TRUE(TimeWindow::parse("fri-mon")->contains(kMondayOne));
  auto night = TimeWindow::parse("sun 22:00-06:00");
  EXPECT_TRUE(night->contains(kSundayLate));
  EXPECT_TRUE(night->contains(kMondayOne)) << "it began on Sunday";
  EXPECT_FALSE(night->contains(kMondayNine));
  EXPECT_TRUE(TimeWindow::parse("00:00-24:00")->contains(kSundayLate));
  for (const char* bad :
       {"", "x", "mon-", "08:00", "8:00-9:00", "08:00-25:00", "08:00-08:00", "mon 8-9", "mon  08:00-09:00"})
    EXPECT_FALSE(TimeWindow::parse(bad)) << bad;
}

TEST(TokenBucket, gives_its_burst_at_once_and_then_its_rate) {
  using std::chrono::milliseconds;
  TokenBucket::Time now{};
  TokenBucket bucket(10, 2, now);
  EXPECT_EQ(bucket.take(now, milliseconds(0)).count(), 0);
  EXPECT_EQ(bucket.take(now, milliseconds(0)).count(), 0);
  EXPECT_GT(bucket.take(now, milliseconds(0)).count(), 0) << "refused, and takes none";
  EXPECT_LE(bucket.take(now, milliseconds(200)).count(), 101) << "promised";
  EXPECT_GT(bucket.take(now, milliseconds(150)).count(), 150) << "behind the one that waits";
  EXPECT_EQ(bucket.take(now + milliseconds(300), milliseconds(0)).count(), 0);
  EXPECT_FALSE(bucket.is_full(now + milliseconds(300)));
  EXPECT_TRUE(bucket.is_full(now + milliseconds(900)));
}

}  // namespace
}  // namespace mogate::policies
