#include "proxy/subscription/subscription_metrics.h"

#include <gtest/gtest.h>

#include <map>

namespace mogate::proxy {
namespace {

using rewrite::SubscriptionState;

SubscriptionReport::One subscription(const std::string& name, SubscriptionState state,
                                     const std::string& synced_at) {
  SubscriptionReport::One one;
  one.subscription.name = name;
  one.subscription.account = "sys";
  one.subscription.state = state;
  one.subscription.synced_at = synced_at;
  one.subscription.lag_s = 7;
  return one;
}

// "family name" or "family name label" -> value.
std::map<std::string, double> figures(const SubscriptionReport& report) {
  MetricsPage page;
  collect_subscriptions(report, page);
  std::map<std::string, double> out;
  for (const auto& family : page.families()) {
    for (const auto& sample : family.samples) {
      std::string key = family.name;
      for (const auto& [label, value] : sample.labels)
        if (label != "account") key += " " + value;
      out[key] = sample.value;
    }
  }
  return out;
}

TEST(SubscriptionMetrics, TellStateAndLagOfAllAndCountsOfThoseThatRanHere) {
  SubscriptionReport report;
  report.leads = true;
  report.subscriptions.push_back(subscription("ran", SubscriptionState::error, "2026-01-01 00:00:00"));
  report.subscriptions.push_back(subscription("never", SubscriptionState::paused, ""));
  auto counts = std::make_shared<SyncCounts>();
  counts->cycles.add(3);
  counts->rows.add(1000);
  counts->divergences.add();
  counts->tables = 4;
  counts->cycle_seconds = 0.5;
  report.subscriptions[0].counts = counts;
  auto page = figures(report);
  const std::map<std::string, double> expected{
      {"mogate_subscriptions_lease", 1},
      {"mogate_subscription_state ran error", 1},
      {"mogate_subscription_state never paused", 1},
      {"mogate_subscription_lag_seconds ran", 7},
      {"mogate_subscription_cycles_total ran", 3},
      {"mogate_subscription_errors_total ran", 0},
      {"mogate_subscription_retries_total ran", 0},
      {"mogate_subscription_rows_total ran", 1000},
      {"mogate_subscription_bytes_total ran", 0},
      {"mogate_subscription_divergences_total ran", 1},
      {"mogate_subscription_tables ran", 4},
      {"mogate_subscription_cycle_seconds ran", 0.5},
  };
  EXPECT_EQ(page, expected);
}

TEST(SubscriptionMetrics, AreTheLeaseAloneWhereThereAreNone) {
  EXPECT_EQ(figures({}), (std::map<std::string, double>{{"mogate_subscriptions_lease", 0}}));
}

}  // namespace
}  // namespace mogate::proxy
