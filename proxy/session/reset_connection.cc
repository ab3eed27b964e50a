#include "proxy/session/reset_connection.h"

#include "proxy/session/client_error.h"
#include "rewrite/session/reset.h"

#include <utility>

namespace mogate::proxy {

Task<MaybeEnd> put_session_back(SessionContext& context, Relay& relay, Prepared& prepared) {
  auto plan = rewrite::reset_plan(context.changes, context.dialect, context.login_role);
  if (auto* error = std::get_if<protocol::SqlError>(&plan)) co_return co_await relay.answer_error(*error);
  auto steps = std::get<std::vector<rewrite::ResetStep>>(std::move(plan));
  for (auto& sql : prepared.take_all()) steps.push_back({std::move(sql), true});
  context.readiness.set_deadline_in(context.config().timeouts.orchestration);
  for (const auto& step : steps) {
    auto result = co_await context.backend.query(step.sql);
    if (result.io) co_return end_if(result.io);
    if (result.error && !step.may_fail) co_return SessionEnd{{}, mend_native_error(*result.error), false};
  }
  context.changes.clear();
  auto format = answer_format(context);
  std::string out;
  append_ok(out, format);
  co_return end_if(co_await context.client.write_all(std::string_view(out)));
}

}  // namespace mogate::proxy
