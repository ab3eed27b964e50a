#include "proxy/session/auth_cache.h"

#include "protocol/auth.h"

namespace mogate::proxy {

PasswordHashes hash_password(std::string_view password) {
  PasswordHashes hashes;
  if (password.empty()) return hashes;
  auto sha1 = protocol::sha1(password);
  hashes.sha1 = take_secret(sha1);
  auto once = protocol::sha256(password);
  auto twice = protocol::sha256(once);
  protocol::wipe(once);
  hashes.sha256_twice = take_secret(twice);
  return hashes;
}

std::string AuthCache::key(std::string_view backend, std::string_view user) {
  return std::string(backend).append(1, '\0').append(user);
}

void AuthCache::erase(Entries::iterator entry) {
  by_age_.erase(entry->second.age);
  entries_.erase(entry);
}

// All live equally long, so that the oldest ones are the first to go.
void AuthCache::erase_expired(Clock::time_point now) {
  while (!by_age_.empty()) {
    auto oldest = entries_.find(by_age_.front());
    if (now < oldest->second.stored + lifetime_) return;
    erase(oldest);
  }
}

std::optional<PasswordHashes> AuthCache::find(std::string_view backend, std::string_view user,
                                              Clock::time_point now) {
  std::lock_guard lock(mutex_);
  erase_expired(now);
  auto it = entries_.find(key(backend, user));
  return it == entries_.end() ? std::nullopt : std::optional(it->second.hashes);
}

void AuthCache::store(std::string_view backend, std::string_view user, PasswordHashes hashes,
                      Clock::time_point now) {
  if (lifetime_ == Clock::duration::zero() || most_ == 0) return;
  std::lock_guard lock(mutex_);
  erase_expired(now);
  auto name = key(backend, user);
  if (auto it = entries_.find(name); it != entries_.end()) erase(it);
  if (entries_.size() == most_) erase(entries_.find(by_age_.front()));
  auto age = by_age_.insert(by_age_.end(), name);
  entries_.emplace(std::move(name), Entry{std::move(hashes), now, age});
}

void AuthCache::drop(std::string_view backend, std::string_view user, const PasswordHashes& refused) {
  std::lock_guard lock(mutex_);
  auto it = entries_.find(key(backend, user));
  if (it != entries_.end() && it->second.hashes.sha1.view() == refused.sha1.view()) erase(it);
}

void AuthCache::expire(Clock::time_point now) {
  std::lock_guard lock(mutex_);
  erase_expired(now);
}

std::size_t AuthCache::size() const {
  std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace mogate::proxy
