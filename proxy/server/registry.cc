#include "proxy/server/registry.h"

namespace mogate::proxy {

std::string_view name_of(SessionState state) {
  switch (state) {
    case SessionState::login: return "login";
    case SessionState::idle: return "idle";
    case SessionState::running: return "running";
    case SessionState::orchestrating: return "orchestrating";
    case SessionState::ending: return "ending";
  }
  return "";
}

std::shared_ptr<SessionEntry> successor(SessionEntry& before) {
  auto next = std::make_shared<SessionEntry>();
  next->id = before.id;
  next->client = before.client;
  next->tls = before.tls;
  next->since = before.since;
  next->commands = before.commands.load();
  before.state = SessionState::login;
  return next;
}

std::uint32_t Registry::new_id() {
  std::lock_guard lock(mutex_);
  std::uint32_t id = 0;
  do {
    counter_ = (counter_ + 1) & ((1U << kCounterBits) - 1);
    id = node_ << kCounterBits | counter_;
  } while (counter_ == 0 || sessions_.contains(id));
  return id;
}

void Registry::begin_behind(std::uint32_t counter) {
  std::lock_guard lock(mutex_);
  counter_ = counter & ((1U << kCounterBits) - 1);
}

std::uint32_t Registry::counter() const {
  std::lock_guard lock(mutex_);
  return counter_;
}

void Registry::put(std::shared_ptr<SessionEntry> entry) {
  std::lock_guard lock(mutex_);
  sessions_[entry->id] = std::move(entry);
}

void Registry::remove(std::uint32_t id) {
  std::lock_guard lock(mutex_);
  sessions_.erase(id);
}

std::shared_ptr<const SessionEntry> Registry::find(std::uint32_t id) const {
  std::lock_guard lock(mutex_);
  auto it = sessions_.find(id);
  return it == sessions_.end() ? nullptr : it->second;
}

std::vector<std::shared_ptr<const SessionEntry>> Registry::all() const {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const SessionEntry>> out;
  out.reserve(sessions_.size());
  for (const auto& [id, entry] : sessions_) out.push_back(entry);
  return out;
}

std::size_t Registry::size() const {
  std::lock_guard lock(mutex_);
  return sessions_.size();
}

}  // namespace mogate::proxy
