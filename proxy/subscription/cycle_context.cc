#include "proxy/subscription/cycle_context.h"

namespace mogate::proxy {

protocol::SqlError stopped_error() {
  return {protocol::errc::query_interrupted, "gateway: the subscription was stopped", {}};
}

std::optional<protocol::SqlError> Lane::open(const CycleContext& context) {
  if (!up.is_open())
    if (auto error = up.open(context.upstream, context.limits.silence)) return error;
  if (down.is_open()) return std::nullopt;
  if (auto error = down.open(context.downstream, context.limits.silence)) return error;
  // An index of this kind may be made; before 4.0 only who says so may, and later ones need not.
  if (!down.dialect().has_new_restore()) down.run("set experimental_hnsw_index = 1");
  // An auto_increment value of 0 stays one.
  for (const auto* sql :
       {"set foreign_key_checks = 0", "set sql_mode = concat(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO')"})
    if (auto answer = down.run(sql); answer.error) return answer.error;
  return std::nullopt;
}

}  // namespace mogate::proxy
