// The gateway's figures: how they are counted without slowing who counts, and how a scrape gathers them.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mogate::proxy {

// One thread adds, any thread reads: a plain load and store.
class Count {
 public:
  void add(std::uint64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Any thread adds: for what is rare.
class SharedCount {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// Durations in buckets of a quarter octave of microseconds: bucket 4(n + 1) + k begins at (4 + k) * 2^n.
inline constexpr std::size_t kLatencyBuckets = 4 * 30;  // the last ones begin beyond ten minutes
std::size_t latency_bucket(std::uint64_t microseconds);
// Where the bucket ends, in microseconds; those of it are below.
double latency_bucket_end(std::size_t bucket);

// What a histogram held at one moment; several add up.
struct Latencies {
  std::array<std::uint64_t, kLatencyBuckets> buckets{};
  std::uint64_t count = 0;
  double seconds = 0;  // all of them together

  void add(const Latencies& other);
  // The duration, in seconds, that a share `q` (0 to 1) of them does not exceed; 0 if there are none. Off by
  // at most the width of a bucket, a fifth.
  double quantile(double q) const;
};

// One thread adds, any thread reads.
class Histogram {
 public:
  void add(std::chrono::nanoseconds duration) {
    auto us = static_cast<std::uint64_t>(duration.count()) / 1000;
    buckets_[latency_bucket(us)].add();
    nanoseconds_.add(static_cast<std::uint64_t>(duration.count()));
  }
  Latencies read() const;

 private:
  std::array<Count, kLatencyBuckets> buckets_;
  Count nanoseconds_;
};

enum class MetricType : std::uint8_t { counter, gauge, histogram };
std::string_view name_of(MetricType type);

using Labels = std::vector<std::pair<std::string, std::string>>;

// What one scrape gathered.
class MetricsPage {
 public:
  struct Sample {
    Labels labels;
    double value = 0;
    std::shared_ptr<const Latencies> latencies;  // of histograms
  };
  struct Family {
    std::string name;
    MetricType type;
    std::string help;
    std::vector<Sample> samples;
  };

  // What follows belongs to this family; it may be begun several times.
  void family(std::string_view name, MetricType type, std::string_view help);
  void sample(double value, Labels labels = {});
  void sample(std::uint64_t value, Labels labels = {}) {
    sample(static_cast<double>(value), std::move(labels));
  }
  void histogram(const Latencies& latencies, Labels labels = {});

  const std::list<Family>& families() const { return families_; }

 private:
  std::list<Family> families_;
  Family* current_ = nullptr;
};

class Metrics {
 public:
  // Gives the figures of one part of the gateway. Called by whoever scrapes, one at a time; must not block.
  using Collector = std::function<void(MetricsPage&)>;

  // Ends the collector's being asked when it goes, and waits until it is not being asked. The Metrics
  // outlive it.
  class Registration {
   public:
    Registration() = default;
    Registration(Registration&& other) noexcept
        : metrics_(std::exchange(other.metrics_, nullptr)), at_(other.at_) {}
    Registration& operator=(Registration&& other) noexcept {
      std::swap(metrics_, other.metrics_);
      std::swap(at_, other.at_);
      return *this;
    }
    ~Registration() {
      if (metrics_ != nullptr) metrics_->remove(at_);
    }

   private:
    friend class Metrics;
    Registration(Metrics& metrics, std::list<Collector>::iterator at) : metrics_(&metrics), at_(at) {}

    Metrics* metrics_ = nullptr;
    std::list<Collector>::iterator at_;
  };

  [[nodiscard]] Registration add(Collector collector);
  MetricsPage collect() const;

 private:
  void remove(std::list<Collector>::iterator at);

  mutable std::mutex mutex_;
  std::list<Collector> collectors_;
};

}  // namespace mogate::proxy
