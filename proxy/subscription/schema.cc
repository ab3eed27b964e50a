#include "proxy/subscription/schema.h"

#include "proxy/subscription/cycle_context.h"
#include "rewrite/subscription/state_sql.h"

namespace mogate::proxy {
namespace {

using protocol::SqlError;
namespace state = rewrite::state_sql;

std::optional<SqlError> run_all(Link& link, const std::vector<std::string>& statements) {
  for (const auto& sql : statements)
    if (auto made = link.run(sql); made.error) return made.error;
  return std::nullopt;
}

}  // namespace

std::optional<SqlError> prepare_sys(Link& service) {
  if (auto error = run_all(service, state::create_in_sys())) return error;
  auto version = service.run(state::schema_version());
  if (version.error) return version.error;
  auto found = state::read_schema_version(version.rows);
  if (found <= state::kSchemaVersion) return std::nullopt;
  return gateway_error("the database mogate has the state of a newer gateway (version " +
                       std::to_string(found) + ", this one knows " + std::to_string(state::kSchemaVersion) +
                       "); upgrade this gateway");
}

std::optional<SqlError> prepare_account(Link& own) { return run_all(own, state::create_tasks()); }

}  // namespace mogate::proxy
