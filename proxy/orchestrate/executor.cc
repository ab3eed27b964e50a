#include "proxy/orchestrate/executor.h"

#include "proxy/orchestrate/gateway_topics.h"
#include "proxy/orchestrate/killer.h"
#include "proxy/orchestrate/plan_answer.h"
#include "proxy/session/client_error.h"
#include "rewrite/outcome.h"
#include "rewrite/planner.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <charconv>

namespace mogate::proxy {
namespace {

using rewrite::AnswerKind;

constexpr char kIdentitySql[] =
    "select current_account_id(), current_account_name(), current_role_id(), current_role_name()";

std::uint32_t number(const std::optional<std::string>& text) {
  std::uint32_t value = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

// Unique among the names that this gateway makes up, and readable.
std::string name_suffix(std::uint32_t session_id) {
  auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  auto millis = now.time_since_epoch().count() % 1000;
  return fmt::format("{:%Y%m%d_%H%M%S}_{:03}_{}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)),
                     millis, session_id);
}

}  // namespace

Task<Executor::Identified> Executor::identity() {
  Identified asked;
  c_.readiness.set_deadline_in(c_.config().timeouts.orchestration);
  auto result = co_await c_.backend.query(kIdentitySql);
  asked.end = end_if(result.io);
  asked.error = result.error;
  if (!result.ok()) co_return asked;
  if (result.rows.rows.size() != 1 || result.rows.rows[0].size() != 4) {
    asked.end = SessionEnd{{Side::backend, IoFault::protocol}, {}, false};
    co_return asked;
  }
  const auto& row = result.rows.rows[0];
  asked.identity = {number(row[0]), row[1].value_or(""), number(row[2]), row[3].value_or("")};
  // A NULL id must not be taken for account 0.
  if (!row[0] || !row[2]) asked.identity.account_id = asked.identity.role_id = ~0U;
  co_return asked;
}

Task<Executor::Asked> Executor::ask_sql_mode() {
  Asked asked;
  c_.readiness.set_deadline_in(c_.config().timeouts.orchestration);
  auto result = co_await c_.backend.query("select @@sql_mode");
  asked.end = end_if(result.io);
  asked.error = result.error;
  if (!result.ok() || result.rows.rows.empty()) co_return asked;
  auto value = result.rows.rows[0][0].value_or("");
  c_.sql_mode.ansi_quotes = value.find("ANSI") != std::string::npos;  // ANSI alone means ANSI_QUOTES too
  c_.sql_mode.no_backslash_escapes = value.find("NO_BACKSLASH_ESCAPES") != std::string::npos;
  co_return asked;
}

Task<Executor::Asked> Executor::settle() {
  Asked asked;
  // With autocommit = 0 MatrixOne's status does not say whether a read has begun one.
  bool may_be_open = c_.backend.in_transaction() || !c_.backend.autocommit();
  if (c_.client_in_transaction || !may_be_open) co_return asked;
  auto result = co_await c_.backend.query("COMMIT");
  asked.end = end_if(result.io);
  asked.error = result.error;
  co_return asked;
}

Task<Outcome> Executor::run(const rewrite::Statement& statement) {
  if (rewrite::is_extended(statement)) c_.shared.counters.extended_statements++;
  c_.entry->state = SessionState::orchestrating;
  auto asked = co_await identity();
  if (asked.end) co_return Outcome::ended(*asked.end);
  if (asked.error) co_return Outcome::failed(mend_native_error(*asked.error));
  const auto* explain = std::get_if<rewrite::ExplainGateway>(&statement.as);
  Made made;
  if (const auto* k = std::get_if<rewrite::Kill>(&statement.as)) {
    made.outcome = kill(*k, asked.identity);
  } else {
    made = co_await make_plan(explain ? *explain->explained : statement, asked.identity);
  }
  if (made.outcome.end) co_return std::move(made.outcome);
  auto settled = co_await settle();
  if (settled.end) co_return Outcome::ended(*settled.end);
  if (settled.error) co_return Outcome::failed(mend_native_error(*settled.error));
  if (!made.plan) {
    audit(statement, asked.identity, made.outcome);
    co_return std::move(made.outcome);
  }
  if (explain) {
    Outcome outcome;
    outcome.kind = Outcome::Kind::rows;
    outcome.columns = rewrite::explain_columns();
    outcome.rows = rewrite::explain_rows(*made.plan);
    co_return outcome;
  }
  auto outcome = co_await run_plan(*made.plan);
  if (rewrite::is_extended(statement)) audit(statement, asked.identity, outcome);
  co_return outcome;
}

void Executor::audit(const rewrite::Statement& statement, const rewrite::Identity& self,
                     const Outcome& outcome) {
  bool refused = outcome.error && outcome.error->message.starts_with(protocol::privilege_error().message);
  if (refused) c_.shared.counters.refused_statements++;
  spdlog::log(refused ? spdlog::level::warn : spdlog::level::info,
              "audit session={} account={} role={} statement=\"{}\" outcome=\"{}\"", c_.entry->id,
              self.account, self.role, rewrite::kind_name(statement),
              outcome.error ? outcome.error->message : "ok");
}

Task<Executor::Made> Executor::make_plan(const rewrite::Statement& statement, const rewrite::Identity& self) {
  Made made;
  rewrite::Facts facts;
  facts.identity = self;
  facts.mode = c_.dialect.lexer_mode(c_.sql_mode);
  facts.in_transaction = c_.client_in_transaction;
  facts.can_kill = c_.config().service.configured();
  facts.allow_unbounded_restore = c_.config().allow_unbounded_restore;
  facts.unchanged_savepoints = c_.changes.savepoints().unchanged();
  facts.name_suffix = name_suffix(c_.entry->id);
  for (int round = 0; round <= rewrite::kMaxPlanRounds; ++round) {
    auto planned = rewrite::plan(statement, c_.dialect, facts);
    if (auto* plan = std::get_if<rewrite::Plan>(&planned)) {
      made.plan = std::move(*plan);
      co_return made;
    }
    if (auto* error = std::get_if<protocol::SqlError>(&planned)) {
      made.outcome.error = std::move(*error);
      co_return made;
    }
    made.outcome = co_await read_facts(std::get<std::vector<rewrite::FactQuery>>(planned), facts);
    if (made.outcome.end || made.outcome.error) co_return made;
  }
  made.outcome.error =
      protocol::SqlError{protocol::errc::unknown_error, "mogate: the statement cannot be planned", {}};
  co_return made;
}

Task<Outcome> Executor::read_facts(const std::vector<rewrite::FactQuery>& queries, rewrite::Facts& facts) {
  for (const auto& query : queries) {
    auto result = co_await watched_query(query.sql, c_.config().timeouts.orchestration, false);
    if (result.io) co_return Outcome::ended({result.io, {}, false});
    if (result.error && !query.may_fail) co_return Outcome::failed(mend_native_error(*result.error));
    if (result.error) {
      facts.failures[query.key] = *result.error;
    } else {
      facts.reads[query.key] = std::move(result.rows);
    }
  }
  co_return Outcome{};
}

// A query during which the client is watched and the deadline is the statement's own.
Task<QueryResult> Executor::watched_query(std::string_view sql, Clock::duration limit, bool kill_when_late) {
  c_.readiness.set_deadline_in(limit);
  QueryResult failed;
  failed.io = co_await c_.backend.send_query(sql);
  bool late = false;
  while (!failed.io) {
    auto events = co_await c_.readiness.wait(event::backend_read | event::client_gone);
    if (events & event::backend_read) break;
    bool vanished = (events & event::client_gone) != 0;
    bool stopped = (events & event::stop) != 0;
    bool expired = (events & event::expired) != 0;
    if (vanished) failed.io = {Side::client, IoFault::closed};
    if (stopped) failed.io = {Side::gateway, IoFault::stopped};
    if (expired && (late || !kill_when_late)) failed.io = {Side::backend, IoFault::timed_out};
    bool killed = kill_when_late && !late && co_await kill_query(c_.shared, c_.shard, c_.entry->native_id);
    if (failed.io) break;
    if (!killed) failed.io = {Side::backend, IoFault::timed_out};
    late = true;
    c_.readiness.set_deadline_in(kKillGrace);
  }
  if (failed.io) co_return failed;
  auto result = co_await c_.backend.read_answer();
  if (late && result.error) result.error->message += " (mogate: ended by KILL QUERY at [timeouts] restore)";
  co_return result;
}

Task<QueryResult> Executor::run_step(const rewrite::Step& step) {
  const auto& timeouts = c_.config().timeouts;
  auto limit = step.under_deadline ? timeouts.restore : timeouts.orchestration;
  auto result = co_await watched_query(step.native_sql, limit, step.under_deadline);
  if (result.io) co_return result;
  auto settled = co_await settle();  // after an error too: an undo would be refused inside what it left open
  if (settled.end) result.io = settled.end->error;
  if (!result.error) result.error = settled.error;
  co_return result;
}

Task<Outcome> Executor::run_plan(const rewrite::Plan& plan) {
  if (plan.answer.kind == AnswerKind::gateway) co_return gateway_answer(plan.answer.gateway_topic);
  std::vector<QueryResult> results;
  rewrite::Rows mo_ctl_rows;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const auto& step = plan.steps[i];
    auto started = Clock::now();
    auto result = co_await run_step(step);
    if (result.io) co_return Outcome::ended({result.io, {}, false});
    auto error =
        result.error ? std::optional(mend_native_error(*result.error)) : rewrite::judge(step, result.rows);
    if (error) co_return co_await undo(plan, i, *error);
    auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started);
    if (step.expect == rewrite::Expect::mo_ctl_ok)
      mo_ctl_rows.rows.push_back(rewrite::mo_ctl_row(step, static_cast<std::uint64_t>(elapsed.count())));
    results.push_back(std::move(result));
  }
  co_return answer_of(plan.answer, results, std::move(mo_ctl_rows));
}

Task<Outcome> Executor::undo(const rewrite::Plan& plan, std::size_t failed,
                             const protocol::SqlError& native) {
  std::size_t undone = 0;
  std::optional<protocol::SqlError> undo_failed;
  for (std::size_t i = failed; i-- > 0 && !undo_failed;) {
    if (plan.steps[i].undo.empty()) continue;
    auto result = co_await watched_query(plan.steps[i].undo, c_.config().timeouts.orchestration, false);
    if (result.io) co_return Outcome::ended({result.io, {}, false});
    undo_failed = result.error;
    auto settled = co_await settle();
    if (settled.end) co_return Outcome::ended(*settled.end);
    if (!undo_failed) undo_failed = settled.error;
    if (!undo_failed) ++undone;
  }
  co_return Outcome::failed(rewrite::failure(plan, failed, native, undone, undo_failed));
}

Outcome Executor::gateway_answer(const std::string& topic) {
  Outcome outcome;
  outcome.kind = Outcome::Kind::rows;
  outcome.columns = rewrite::gateway_columns(topic);
  outcome.rows = topic == "SESSIONS" ? gateway_sessions(c_.shared) : gateway_status(c_.shared);
  return outcome;
}

}  // namespace mogate::proxy
