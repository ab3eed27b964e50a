#include "proxy/subscription/cycle_context.h"

namespace mogate::proxy {

std::optional<protocol::SqlError> Lane::open(const CycleContext& context) {
  if (!up.is_open())
    if (auto error = up.open(context.upstream, context.limits.silence)) return error;
  if (down.is_open()) return std::nullopt;
  if (auto error = down.open(context.downstream, context.limits.silence)) return error;
  return down.run("set foreign_key_checks = 0").error;
}

}  // namespace mogate::proxy
