#include "proxy/observe/metrics.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace mogate::proxy {

std::size_t latency_bucket(std::uint64_t microseconds) {
  if (microseconds < 4) return static_cast<std::size_t>(microseconds);  // octaves of less than four steps
  auto octave = static_cast<std::size_t>(std::bit_width(microseconds)) - 3;
  auto bucket = 4 * octave + static_cast<std::size_t>(microseconds >> octave);
  return std::min(bucket, kLatencyBuckets - 1);
}

double latency_bucket_end(std::size_t bucket) {
  if (bucket < 4) return static_cast<double>(bucket + 1);
  auto octave = static_cast<int>(bucket / 4) - 1;
  return std::ldexp(static_cast<double>(bucket % 4 + 5), octave);
}

void Latencies::add(const Latencies& other) {
  for (std::size_t i = 0; i < kLatencyBuckets; ++i) buckets[i] += other.buckets[i];
  count += other.count;
  seconds += other.seconds;
}

double Latencies::quantile(double q) const {
  if (count == 0) return 0;
  auto rank = std::clamp(q, 0.0, 1.0) * static_cast<double>(count);
  double before = 0;
  for (std::size_t i = 0; i < kLatencyBuckets; ++i) {
    auto here = static_cast<double>(buckets[i]);
    if (here == 0 || before + here < rank) {
      before += here;
      continue;
    }
    double begin = i == 0 ? 0 : latency_bucket_end(i - 1);
    return (begin + (latency_bucket_end(i) - begin) * std::max(0.0, rank - before) / here) / 1e6;
  }
  return latency_bucket_end(kLatencyBuckets - 1) / 1e6;
}

Latencies Histogram::read() const {
  Latencies out;
  for (std::size_t i = 0; i < kLatencyBuckets; ++i) {
    out.buckets[i] = buckets_[i].value();
    out.count += out.buckets[i];
  }
  out.seconds = static_cast<double>(nanoseconds_.value()) / 1e9;
  return out;
}

std::string_view name_of(MetricType type) {
  switch (type) {
    case MetricType::counter: return "counter";
    case MetricType::gauge: return "gauge";
    case MetricType::histogram: return "histogram";
  }
  return "";
}

void MetricsPage::family(std::string_view name, MetricType type, std::string_view help) {
  auto known = std::find_if(families_.begin(), families_.end(), [&](auto& f) { return f.name == name; });
  current_ = known != families_.end()
                 ? &*known
                 : &families_.emplace_back(Family{std::string(name), type, std::string(help), {}});
}

void MetricsPage::sample(double value, Labels labels) {
  current_->samples.push_back({std::move(labels), value, nullptr});
}

void MetricsPage::histogram(const Latencies& latencies, Labels labels) {
  current_->samples.push_back({std::move(labels), 0, std::make_shared<const Latencies>(latencies)});
}

Metrics::Registration Metrics::add(Collector collector) {
  std::lock_guard lock(mutex_);
  return {*this, collectors_.insert(collectors_.end(), std::move(collector))};
}

void Metrics::remove(std::list<Collector>::iterator at) {
  std::lock_guard lock(mutex_);
  collectors_.erase(at);
}

MetricsPage Metrics::collect() const {
  std::lock_guard lock(mutex_);
  MetricsPage page;
  for (const auto& collector : collectors_) collector(page);
  return page;
}

}  // namespace mogate::proxy
