#include "rewrite/subscription/state.h"

#include <array>

namespace mogate::rewrite {

std::string_view name_of(IterationState state) {
  constexpr std::array<std::string_view, 5> kNames{"pending", "running", "complete", "error", "cancel"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string_view name_of(SyncEngine engine) {
  return engine == SyncEngine::physical ? "PHYSICAL" : "LOGICAL";
}

std::string snapshot_prefix(std::string_view uid) { return "mogate_" + std::string(uid) + "_"; }

std::string snapshot_name(const Subscription& subscription, std::uint64_t cycle) {
  return snapshot_prefix(subscription.uid) + std::to_string(cycle);
}

}  // namespace mogate::rewrite
