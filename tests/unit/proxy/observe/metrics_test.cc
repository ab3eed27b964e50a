#include "proxy/observe/metrics.h"

#include "proxy/observe/command_note.h"
#include "proxy/observe/render.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mogate::proxy {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

TEST(Latency, falls_into_the_bucket_that_ends_behind_it) {
  for (std::uint64_t us : {0U, 1U, 3U, 4U, 5U, 7U, 8U, 9U, 100U, 1000U, 4095U, 4096U, 123456U, 60'000'000U}) {
    auto bucket = latency_bucket(us);
    EXPECT_GT(latency_bucket_end(bucket), static_cast<double>(us)) << us;
    EXPECT_LE(bucket == 0 ? 0 : latency_bucket_end(bucket - 1), static_cast<double>(us)) << us;
  }
  EXPECT_EQ(latency_bucket(~std::uint64_t{0}), kLatencyBuckets - 1);
}

TEST(Latency, quantiles_are_right_to_a_fifth) {
  Histogram histogram;
  for (int i = 1; i <= 1000; ++i) histogram.add(microseconds(i * 100));
  auto all = histogram.read();
  EXPECT_EQ(all.count, 1000U);
  EXPECT_NEAR(all.seconds, 50.05, 0.01);
  EXPECT_NEAR(all.quantile(0.5), 0.05, 0.01);
  EXPECT_NEAR(all.quantile(0.99), 0.099, 0.02);
  EXPECT_EQ(Latencies{}.quantile(0.5), 0);
  Latencies twice = all;
  twice.add(all);
  EXPECT_EQ(twice.count, 2000U);
}

TEST(Metrics, asks_every_collector_until_its_registration_goes) {
  Metrics metrics;
  auto first = metrics.add([](MetricsPage& page) {
    page.family("a_total", MetricType::counter, "A.");
    page.sample(std::uint64_t{1}, {{"x", "1"}});
  });
  {
    auto second = metrics.add([](MetricsPage& page) {
      page.family("a_total", MetricType::counter, "A.");
      page.sample(2.5, {{"x", "2"}});
    });
    auto page = metrics.collect();
    ASSERT_EQ(page.families().size(), 1U);
    EXPECT_EQ(page.families().front().samples.size(), 2U);
  }
  EXPECT_EQ(metrics.collect().families().front().samples.size(), 1U);
  first = {};
  EXPECT_TRUE(metrics.collect().families().empty());
}

MetricsPage some_page() {
  MetricsPage page;
  page.family("c_total", MetricType::counter, "Counts.");
  page.sample(std::uint64_t{12345678901}, {{"name", "a\"b\\c\nd"}});
  page.family("g", MetricType::gauge, "Gauge.");
  page.sample(0.5);
  Histogram histogram;
  histogram.add(milliseconds(1));
  histogram.add(std::chrono::minutes(5));
  page.family("h_seconds", MetricType::histogram, "Histogram.");
  page.histogram(histogram.read(), {{"k", "v"}});
  return page;
}

TEST(PrometheusText, has_types_escaped_labels_and_cumulative_buckets) {
  auto text = prometheus_text(some_page());
  for (const char* line :
       {"# HELP c_total Counts.\n# TYPE c_total counter\n", "c_total{name=\"a\\\"b\\\\c\\nd\"} 12345678901\n",
        "# TYPE g gauge\ng 0.5\n", "# TYPE h_seconds histogram\n",
        "h_seconds_bucket{k=\"v\",le=\"6.4e-05\"} 0\n", "h_seconds_bucket{k=\"v\",le=\"0.002048\"} 1\n",
        "h_seconds_bucket{k=\"v\",le=\"67.108864\"} 1\n", "h_seconds_bucket{k=\"v\",le=\"+Inf\"} 2\n",
        "h_seconds_sum{k=\"v\"} 300.001\n", "h_seconds_count{k=\"v\"} 2\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "in\n" << text;
}

TEST(MetricsJson, has_quantiles_of_histograms) {
  auto all = nlohmann::json::parse(metrics_json(some_page()));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0]["samples"][0]["labels"]["name"], "a\"b\\c\nd");
  EXPECT_EQ(all[0]["samples"][0]["value"], 12345678901);
  EXPECT_EQ(all[2]["samples"][0]["count"], 2);
  EXPECT_GT(all[2]["samples"][0]["p99"], 200);
  ASSERT_EQ(all[2]["samples"][0]["buckets"].size(), 2U);
  EXPECT_EQ(all[2]["samples"][0]["buckets"][0][1], 1);
}

TEST(MetricsRows, name_labels_and_value) {
  auto rows = metrics_rows(some_page());
  ASSERT_EQ(rows.rows.size(), 6U);
  EXPECT_EQ(rows.rows[1], (std::vector<std::optional<std::string>>{"g", "", "0.5"}));
  EXPECT_EQ(rows.rows[2], (std::vector<std::optional<std::string>>{"h_seconds_count", "k=v", "2"}));
}

class CommandNoteTest : public testing::Test {
 protected:
  void run(std::string_view sql, std::uint16_t error = 0) {
    note_.begin(Clock::time_point() + milliseconds(1));
    note_.see(note_.look(sql, {}));
    note_.add_rows(3);
    if (error != 0) note_.fail(error);
    bytes_ += 10;
    note_.end(Clock::time_point() + milliseconds(3), bytes_, bytes_ * 2);
  }
  std::vector<std::string> digests() const {
    std::vector<std::string> texts;
    metrics_.digests.each([&](const DigestMetrics& d) { texts.push_back(d.text); });
    return texts;
  }

  ShardMetrics metrics_;
  CommandNote note_{metrics_};
  std::uint64_t bytes_ = 0;
};

TEST_F(CommandNoteTest, counts_by_account_kind_backend_and_digest) {
  metrics_.digests.limit(10);
  auto& account = metrics_.accounts.at("acc", 10);
  auto& backend = metrics_.backends.at("b", 10);
  note_.log_in(account);
  note_.use_backend(backend);
  run("select 1");
  run("select 2", 1064);
  auto select = kind_of("SELECT");
  EXPECT_EQ(account.logins.value(), 1U);
  EXPECT_EQ(account.statements[select].value(), 2U);
  EXPECT_EQ(account.errors[select].value(), 1U);
  EXPECT_EQ(account.rows.value(), 6U);
  EXPECT_EQ(account.bytes_in.value(), 20U);
  EXPECT_EQ(account.bytes_out.value(), 40U);
  EXPECT_EQ(account.latency.read().count, 2U);
  EXPECT_NEAR(metrics_.latency[select].read().seconds, 0.004, 1e-9);
  EXPECT_EQ(backend.statements.value(), 2U);
  EXPECT_EQ(backend.errors.value(), 1U);
  metrics_.digests.each([](const DigestMetrics& d) {
    EXPECT_EQ(d.text, "select ?");
    EXPECT_EQ(d.count.value(), 2U);
    EXPECT_EQ(d.errors.value(), 1U);
    EXPECT_EQ(d.rows.value(), 6U);
  });
  EXPECT_EQ(digests().size(), 1U);
}

TEST_F(CommandNoteTest, what_ends_twice_or_before_a_login_is_not_counted) {
  run("select 1");
  auto& account = metrics_.accounts.at("acc", 10);
  note_.log_in(account);
  EXPECT_EQ(std::nullopt, note_.end(Clock::time_point(), 0, 0));
  EXPECT_EQ(account.statements[kind_of("SELECT")].value(), 0U);
}

TEST_F(CommandNoteTest, accounts_and_digests_beyond_the_most_count_as_others) {
  metrics_.digests.limit(2);
  note_.log_in(metrics_.accounts.at("a", 2));
  metrics_.accounts.at("b", 2);
  auto& others = metrics_.accounts.at("c", 2);
  EXPECT_EQ(&others, &metrics_.accounts.at("d", 2));
  EXPECT_NE(&others, &metrics_.accounts.at("b", 2));
  for (const char* sql : {"select a", "select b", "select c", "select d", "select a"}) run(sql);
  auto texts = digests();
  EXPECT_EQ(texts.size(), 3U);
  EXPECT_EQ(std::count(texts.begin(), texts.end(), kOthers), 1);
}

TEST_F(CommandNoteTest, without_digests_nothing_is_kept_of_texts) {
  note_.log_in(metrics_.accounts.at("a", 2));
  run("select a");
  EXPECT_TRUE(digests().empty());
}

}  // namespace
}  // namespace mogate::proxy
