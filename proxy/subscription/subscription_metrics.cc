#include "proxy/subscription/subscription_metrics.h"

#include <functional>
#include <string>

namespace mogate::proxy {
namespace {

using One = SubscriptionReport::One;

Labels labels_of(const One& one) {
  return {{"account", one.subscription.account}, {"subscription", one.subscription.name}};
}

std::string_view name_of_state(rewrite::SubscriptionState state) {
  using rewrite::SubscriptionState;
  return state == SubscriptionState::paused  ? "paused"
         : state == SubscriptionState::error ? "error"
                                             : "normal";
}

void state_and_lag(const SubscriptionReport& report, MetricsPage& page) {
  page.family("mogate_subscription_state", MetricType::gauge, "1 for the state that a subscription is in.");
  for (const auto& one : report.subscriptions) {
    auto labels = labels_of(one);
    labels.emplace_back("state", name_of_state(one.subscription.state));
    page.sample(std::uint64_t{1}, std::move(labels));
  }
  page.family("mogate_subscription_lag_seconds", MetricType::gauge,
              "Since all tables of a subscription were last equal to one moment upstream.");
  for (const auto& one : report.subscriptions)
    if (!one.subscription.synced_at.empty()) page.sample(one.subscription.lag_s, labels_of(one));
}

struct Family {
  const char* name;
  MetricType type;
  const char* help;
  std::function<double(const SyncCounts&)> value;
};

template <SharedCount SyncCounts::*count>
double counted(const SyncCounts& counts) {
  return static_cast<double>((counts.*count).value());
}

const Family kFamilies[] = {
    {"mogate_subscription_cycles_total", MetricType::counter, "Cycles that ended well.",
     counted<&SyncCounts::cycles>},
    {"mogate_subscription_errors_total", MetricType::counter, "Cycles that did not end well.",
     counted<&SyncCounts::errors>},
    {"mogate_subscription_retries_total", MetricType::counter, "Cycles after one that did not end well.",
     counted<&SyncCounts::retries>},
    {"mogate_subscription_rows_total", MetricType::counter, "Rows written.", counted<&SyncCounts::rows>},
    {"mogate_subscription_bytes_total", MetricType::counter, "Bytes sent to write rows.",
     counted<&SyncCounts::bytes>},
    {"mogate_subscription_divergences_total", MetricType::counter,
     "Tables that were not what they were left as, and copied anew.", counted<&SyncCounts::divergences>},
    {"mogate_subscription_tables", MetricType::gauge, "Tables of the last cycle that ended well.",
     [](const SyncCounts& counts) { return static_cast<double>(counts.tables); }},
    {"mogate_subscription_cycle_seconds", MetricType::gauge, "What the last cycle took that ended well.",
     [](const SyncCounts& counts) { return counts.cycle_seconds.load(); }},
};

}  // namespace

void collect_subscriptions(const SubscriptionReport& report, MetricsPage& page) {
  page.family("mogate_subscriptions_lease", MetricType::gauge, "1 if this gateway runs the subscriptions.");
  page.sample(std::uint64_t{report.leads});
  state_and_lag(report, page);
  for (const auto& family : kFamilies) {
    page.family(family.name, family.type, family.help);
    for (const auto& one : report.subscriptions)
      if (one.counts) page.sample(family.value(*one.counts), labels_of(one));
  }
}

}  // namespace mogate::proxy
