#include "proxy/observe/render.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace mogate::proxy {
namespace {

// Of the buckets that Prometheus is given: each octave from 64 us to 67 s.
constexpr std::size_t kFirstEnd = 6, kLastEnd = 26;

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

std::string labels_text(const Labels& labels, std::string_view also = {}) {
  std::string out;
  for (const auto& [name, value] : labels)
    out += fmt::format("{}{}=\"{}\"", out.empty() ? "" : ",", name, escaped(value));
  if (!also.empty()) out.append(out.empty() ? "" : ",").append(also);
  return out.empty() ? out : "{" + out + "}";
}

// Whole numbers without an exponent: they are counts.
std::string number(double value) {
  if (std::isfinite(value) && value == std::floor(value) && std::abs(value) < 1e15)
    return fmt::format("{:.0f}", value);
  return fmt::format("{}", value);
}

void append_histogram(std::string& out, std::string_view name, const MetricsPage::Sample& sample) {
  const auto& all = *sample.latencies;
  std::uint64_t below = 0;
  std::size_t bucket = 0;
  for (auto octave = kFirstEnd; octave <= kLastEnd; ++octave) {
    auto end = std::ldexp(1.0, static_cast<int>(octave));
    for (; bucket < kLatencyBuckets && latency_bucket_end(bucket) <= end; ++bucket)
      below += all.buckets[bucket];
    auto le = fmt::format("le=\"{}\"", end / 1e6);
    out += fmt::format("{}_bucket{} {}\n", name, labels_text(sample.labels, le), below);
  }
  out += fmt::format("{}_bucket{} {}\n", name, labels_text(sample.labels, "le=\"+Inf\""), all.count);
  out += fmt::format("{}_sum{} {}\n", name, labels_text(sample.labels), all.seconds);
  out += fmt::format("{}_count{} {}\n", name, labels_text(sample.labels), all.count);
}

std::string plain_labels(const Labels& labels) {
  std::string out;
  for (const auto& [name, value] : labels)
    out += fmt::format("{}{}={}", out.empty() ? "" : ", ", name, value);
  return out;
}

}  // namespace

std::string prometheus_text(const MetricsPage& page) {
  std::string out;
  for (const auto& family : page.families()) {
    out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", family.name, family.help, family.name,
                       name_of(family.type));
    for (const auto& sample : family.samples) {
      if (sample.latencies) {
        append_histogram(out, family.name, sample);
      } else {
        out += fmt::format("{}{} {}\n", family.name, labels_text(sample.labels), number(sample.value));
      }
    }
  }
  return out;
}

std::string metrics_json(const MetricsPage& page) {
  auto all = nlohmann::json::array();
  for (const auto& family : page.families()) {
    auto samples = nlohmann::json::array();
    for (const auto& sample : family.samples) {
      nlohmann::json one{{"labels", nlohmann::json::object()}};
      for (const auto& [name, value] : sample.labels) one["labels"][name] = value;
      if (sample.latencies) {
        const auto& l = *sample.latencies;
        one.update(
            {{"count", l.count}, {"sum", l.seconds}, {"p50", l.quantile(0.5)}, {"p99", l.quantile(0.99)}});
        auto& buckets = one["buckets"] = nlohmann::json::array();
        for (std::size_t i = 0; i < kLatencyBuckets; ++i)
          if (l.buckets[i] != 0) buckets.push_back({latency_bucket_end(i) / 1e6, l.buckets[i]});
      } else {
        one["value"] = sample.value;
      }
      samples.push_back(std::move(one));
    }
    all.push_back({{"name", family.name},
                   {"type", name_of(family.type)},
                   {"help", family.help},
                   {"samples", std::move(samples)}});
  }
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

rewrite::Rows metrics_rows(const MetricsPage& page) {
  rewrite::Rows rows;
  for (const auto& family : page.families()) {
    for (const auto& sample : family.samples) {
      auto add = [&](std::string_view suffix, std::string value) {
        rows.rows.push_back(
            {family.name + std::string(suffix), plain_labels(sample.labels), std::move(value)});
      };
      if (!sample.latencies) {
        add("", number(sample.value));
        continue;
      }
      const auto& l = *sample.latencies;
      add("_count", std::to_string(l.count));
      add("_sum", fmt::format("{:.6f}", l.seconds));
      add("_p50", fmt::format("{:.6f}", l.quantile(0.5)));
      add("_p99", fmt::format("{:.6f}", l.quantile(0.99)));
    }
  }
  return rows;
}

}  // namespace mogate::proxy
