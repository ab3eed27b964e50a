#include "proxy/server/session_limits.h"

namespace mogate::proxy {

void SessionLimits::set(const Config::Limits& limits) {
  std::lock_guard lock(mutex_);
  most_ = {limits.sessions_per_address, limits.sessions_per_user, limits.sessions_per_account};
}

std::uint32_t SessionLimits::most(SharedBy by) const {
  std::lock_guard lock(mutex_);
  return most_[static_cast<std::size_t>(by)];
}

bool SessionLimits::enter(SharedBy by, std::string name, Place& place) {
  place.leave();
  auto which = static_cast<std::size_t>(by);
  std::lock_guard lock(mutex_);
  // All are counted, because a limit may be set later.
  auto& taken = taken_[which][name];
  if (most_[which] != 0 && taken >= most_[which]) {
    refused_[which].add();
    return false;
  }
  ++taken;
  place.limits_ = this;
  place.by_ = by;
  place.name_ = std::move(name);
  return true;
}

void SessionLimits::leave(SharedBy by, const std::string& name) {
  std::lock_guard lock(mutex_);
  auto& all = taken_[static_cast<std::size_t>(by)];
  auto found = all.find(name);
  if (--found->second == 0) all.erase(found);
}

}  // namespace mogate::proxy
