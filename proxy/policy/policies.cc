#include "proxy/policy/policies.h"

#include <fmt/format.h>

#include <sys/stat.h>

namespace mogate::proxy {
namespace {

// Above this many, buckets that are full are forgotten.
constexpr std::size_t kMostBuckets = 10000;

// Nothing is lost by forgetting them.
void forget_full(std::map<std::string, policies::TokenBucket>& buckets, policies::TokenBucket::Time now) {
  for (auto one = buckets.begin(); one != buckets.end();)
    one = one->second.is_full(now) ? buckets.erase(one) : std::next(one);
}

}  // namespace

std::size_t HitCounter::slot() {
  static std::atomic<std::size_t> threads{0};
  thread_local const std::size_t mine = threads++;
  return mine % 8;
}

// A file that is put in place by a rename, or behind a symbolic link, is another inode.
std::string Policies::stamp() const {
  struct stat file {};
  if (::stat(path_.c_str(), &file) != 0) return "missing";
  return fmt::format("{}/{}/{}.{}/{}", file.st_dev, file.st_ino, file.st_mtim.tv_sec, file.st_mtim.tv_nsec,
                     file.st_size);
}

bool Policies::file_changed() {
  auto now = stamp();
  std::lock_guard lock(mutex_);
  return now != seen_;
}

std::optional<std::string> Policies::load() {
  if (!configured()) return std::nullopt;
  auto now = stamp();
  auto loaded = load_rules(path_);
  std::lock_guard lock(mutex_);
  seen_ = now;
  if (auto* error = std::get_if<std::string>(&loaded)) return *error;
  auto& good = std::get<LoadedRules>(loaded);
  auto next = std::make_shared<RulesInForce>();
  next->rules = std::move(good.rules);
  next->local_time = good.local_time;
  std::map<std::string, std::shared_ptr<HitCounter>> known;
  if (current_)
    for (std::size_t i = 0; i < current_->hits.size(); ++i)
      known[current_->rules->rules()[i].name] = current_->hits[i];
  for (const auto& rule : next->rules->rules()) {
    auto& counter = known[rule.name];
    if (!counter) counter = std::make_shared<HitCounter>();
    next->hits.push_back(counter);
  }
  current_ = std::move(next);
  generation_.fetch_add(1, std::memory_order_release);
  return std::nullopt;
}

std::chrono::milliseconds Policies::take_token(const policies::Rule& rule, const std::string& key) {
  auto now = std::chrono::steady_clock::now();
  const auto& terms = rule.throttle;
  // Other figures make another bucket.
  auto name = fmt::format("{}\n{}\n{}/{}", rule.name, key, terms.per_second, terms.burst);
  std::lock_guard lock(buckets_mutex_);
  if (buckets_.size() >= kMostBuckets && !buckets_.contains(name)) forget_full(buckets_, now);
  auto [found, fresh] = buckets_.try_emplace(name, terms.per_second, terms.burst, now);
  return found->second.take(now, terms.max_wait);
}

}  // namespace mogate::proxy
