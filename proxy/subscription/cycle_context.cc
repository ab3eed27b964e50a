#include "proxy/subscription/cycle_context.h"

#include "proxy/subscription/logins.h"

namespace mogate::proxy {

protocol::SqlError stopped_error() {
  return {protocol::errc::query_interrupted, "gateway: the subscription was stopped", {}};
}

protocol::SqlError gateway_error(std::string text) {
  return {protocol::errc::mo_internal, "gateway: " + std::move(text), {}};
}

std::optional<protocol::SqlError> Lane::open_up(const CycleContext& context) {
  if (up.is_open()) return std::nullopt;
  auto error = up.open(context.upstream, context.limits.silence);
  if (error && context.subscription.account != "sys")
    error->message = "upstream: " + login_trouble(context.subscription.account, {});
  return error;
}

std::optional<protocol::SqlError> Lane::open(const CycleContext& context) {
  if (auto error = open_up(context)) return error;
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
