#include "proxy/orchestrate/plan_run.h"

#include "proxy/orchestrate/killer.h"
#include "proxy/session/client_error.h"
#include "proxy/session/user_connection.h"

namespace mogate::proxy {
namespace {

using protocol::SqlError;

const SqlError kInterrupted{protocol::errc::query_interrupted, "Query execution was interrupted", {}};
const SqlError kShutdown{protocol::errc::server_shutdown, "mogate: server shutdown in progress", {}};

}  // namespace

Task<MaybeEnd> PlanRun::run() {
  while (true) {
    if (auto why = interruption()) run_.interrupt(std::move(*why));
    auto query = run_.next();
    if (!query) break;
    show(*query);
    if (query->pause.count() != 0) {
      if (auto end = co_await pause(query->pause)) co_return end;
      if (interruption()) continue;
    }
    auto started = Clock::now();
    auto result = co_await run_query(*query);
    if (result.io && only_reads_) co_return end_if(result.io);
    auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started);
    if (result.io) co_await lose_connection(result.io);
    if (!result.io) run_.answered(answer_from(std::move(result)), elapsed);
  }
  if (!end_ && steadfast_.stopped) end_ = SessionEnd{{Side::gateway, IoFault::stopped}, {}, false};
  if (end_) end_->say = run_.result().error;
  co_return end_;
}

std::optional<SqlError> PlanRun::interruption() const {
  if (run_.undoing()) return std::nullopt;
  if (operation_.killed()) return kInterrupted;
  if (steadfast_.stopped) return kShutdown;
  return std::nullopt;
}

void PlanRun::show(const Query& query) {
  if (run_.undoing()) operation_.enter(OperationState::undoing);
  const auto& step = run_.plan()->steps[query.step];
  operation_.enter_step(query.step + 1, run_.undoing() ? step.undo : step.shown);
}

// Before a step that is sent again. Ends the session if nobody needs the answer any more.
Task<MaybeEnd> PlanRun::pause(std::chrono::milliseconds length) {
  operation_.enter(OperationState::waiting);
  c_.readiness.set_deadline_in(length);
  unsigned client = operation_.client_gone() ? 0 : event::client_gone;
  auto events = co_await c_.readiness.wait(event::interrupted | client);
  bool stopped = (events & event::stop) != 0;
  bool deserted = (events & event::client_gone) != 0;
  if (stopped && only_reads_) co_return SessionEnd{{Side::gateway, IoFault::stopped}, {}, false};
  if (deserted && only_reads_) co_return SessionEnd{{Side::client, IoFault::closed}, {}, false};
  if (deserted) note_desertion(c_, operation_);
  steadfast_.stopped = steadfast_.stopped || stopped;
  c_.readiness.clear(event::stop);
  operation_.enter(OperationState::running);
  co_return std::nullopt;
}

QueryTerms PlanRun::terms(const Query& query) {
  const auto& timeouts = c_.config().timeouts;
  if (only_reads_) return {timeouts.orchestration, {}, nullptr};
  if (steadfast_.stopped) return {kLastMoments, {}, &steadfast_};
  // Beside an open transaction a RESTORE may wait for that very one.
  if (query.under_deadline && c_.aside == nullptr) return {timeouts.restore, "restore", &steadfast_};
  return {timeouts.orchestration, "orchestration", &steadfast_};
}

Task<QueryResult> PlanRun::run_query(const Query& query) {
  auto result = co_await run_once(query);
  // A KILL QUERY that was meant for the step before may come late.
  bool again = run_.undoing() && result.error &&
               mend_native_error(*result.error).code == protocol::errc::query_interrupted;
  if (!again) co_return result;
  co_return co_await run_once(query);
}

Task<QueryResult> PlanRun::run_once(const Query& query) {
  QueryResult result;
  result.error = unconnected_;
  if (unconnected_) co_return result;
  result = co_await watched_query(c_, query.sql, terms(query));
  if (result.io) co_return result;
  auto settled =
      co_await executor_.settle();  // after an error too: an undo would be refused inside what it left open
  if (settled.end) result.io = settled.end->error;
  if (!result.error) result.error = settled.error;
  co_return result;
}

// It is broken, or of no use while a late statement runs on it. Who logged in by `bridge` gets another one to
// undo what was done; for others the error says what is left. The session ends in either case.
Task<void> PlanRun::lose_connection(IoError io) {
  bool first = !end_;
  end_ = SessionEnd{io, {}, false};
  steadfast_.stopped = steadfast_.stopped || io.fault == IoFault::stopped;
  run_.lose(error_for_client(io, Moment::command).value_or(kShutdown));
  if (!first || !run_.next()) co_return;
  c_.readiness.clear(event::stop);
  co_await kill_query(c_.shared, c_.shard, c_.backend.greeting().connection_id);
  ConnectionState state;
  state.role = self_.role;
  unconnected_ = co_await connect_as_user(c_, c_.backend, state);
}

}  // namespace mogate::proxy
