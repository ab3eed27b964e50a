#include "proxy/server/login_throttle.h"

#include <algorithm>

namespace mogate::proxy {
namespace {

// Who has not failed for so long begins anew.
constexpr std::chrono::minutes kMemory{10};

}  // namespace

void LoginThrottle::set(const Config::Limits& limits) {
  std::lock_guard lock(mutex_);
  limits_ = limits;
}

Clock::duration LoginThrottle::delay_after(std::uint32_t failures) const {
  if (limits_.failed_logins == 0 || failures < limits_.failed_logins) return {};
  Clock::duration delay = limits_.login_delay;
  for (auto n = limits_.failed_logins; n < failures && delay < limits_.max_login_delay; ++n) delay *= 2;
  return std::min<Clock::duration>(delay, limits_.max_login_delay);
}

std::optional<Clock::duration> LoginThrottle::take_turn(const std::string& key, Clock::time_point now) {
  std::lock_guard lock(mutex_);
  auto found = entries_.find(key);
  if (found == entries_.end()) return Clock::duration{};
  auto& entry = found->second;
  auto delay = delay_after(entry.failures);
  if (delay == Clock::duration{}) return delay;
  if (now > entry.next + kMemory) return forget(found), Clock::duration{};
  auto turn = std::max(now, entry.next);
  if (turn - now > limits_.max_login_delay) return refused_.add(), std::nullopt;
  entry.next = turn + delay;
  if (turn != now) delayed_.add();
  return turn - now;
}

void LoginThrottle::failed(const std::string& key, Clock::time_point now) {
  std::lock_guard lock(mutex_);
  auto [entry, fresh] = entries_.try_emplace(key);
  if (!fresh) by_age_.erase(entry->second.age);
  entry->second.age = by_age_.insert(by_age_.end(), key);
  ++entry->second.failures;
  entry->second.next = std::max(entry->second.next, now + delay_after(entry->second.failures));
  if (entries_.size() > most_keys_) forget(entries_.find(by_age_.front()));
}

void LoginThrottle::succeeded(const std::string& key) {
  std::lock_guard lock(mutex_);
  if (auto found = entries_.find(key); found != entries_.end()) forget(found);
}

std::size_t LoginThrottle::size() const {
  std::lock_guard lock(mutex_);
  return entries_.size();
}

void LoginThrottle::forget(std::map<std::string, Entry>::iterator entry) {
  by_age_.erase(entry->second.age);
  entries_.erase(entry);
}

}  // namespace mogate::proxy
