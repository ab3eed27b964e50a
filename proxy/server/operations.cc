#include "proxy/server/operations.h"

#include <utility>

namespace mogate::proxy {

std::string_view name_of(OperationState state) {
  switch (state) {
    case OperationState::running: return "running";
    case OperationState::waiting: return "waiting";
    case OperationState::undoing: return "undoing";
  }
  return "";
}

Operations::Running::Running(Operations& list, Operation operation, Reactor& reactor, Readiness& readiness)
    : list_(list), entry_(std::make_shared<Entry>()) {
  entry_->operation = std::move(operation);
  entry_->reactor = &reactor;
  entry_->readiness = &readiness;
  std::lock_guard lock(list_.mutex_);
  list_.entries_[entry_->operation.id] = entry_;
}

Operations::Running::~Running() {
  entry_->readiness->clear(event::interrupted);
  entry_->readiness = nullptr;
  std::lock_guard lock(list_.mutex_);
  list_.entries_.erase(entry_->operation.id);
}

void Operations::Running::enter_step(std::size_t step, std::string_view text) {
  std::lock_guard lock(list_.mutex_);
  entry_->operation.step = step;
  entry_->operation.text = text;
}

void Operations::Running::enter(OperationState state) {
  std::lock_guard lock(list_.mutex_);
  entry_->operation.state = state;
}

void Operations::Running::lost_client() {
  std::lock_guard lock(list_.mutex_);
  entry_->operation.client_gone = true;
}

// Only this thread writes it.
bool Operations::Running::client_gone() const { return entry_->operation.client_gone; }

bool Operations::Running::killed() const { return entry_->killed; }

std::vector<Operation> Operations::all() const {
  std::lock_guard lock(mutex_);
  std::vector<Operation> out;
  out.reserve(entries_.size());
  for (const auto& [id, entry] : entries_) out.push_back(entry->operation);
  return out;
}

std::optional<std::uint32_t> Operations::kill(std::uint32_t id) {
  std::lock_guard lock(mutex_);
  auto found = entries_.find(id);
  if (found == entries_.end()) return std::nullopt;
  auto entry = found->second;
  entry->killed = true;
  // It may have ended when this runs.
  entry->reactor->post([entry] {
    if (entry->readiness != nullptr) entry->readiness->raise(event::interrupted);
  });
  return entry->operation.native_id;
}

}  // namespace mogate::proxy
