#include "proxy/orchestrate/executor.h"

#include "proxy/config/uris.h"
#include "proxy/orchestrate/ask_desk.h"
#include "proxy/orchestrate/gateway_topics.h"
#include "proxy/orchestrate/plan_run.h"
#include "proxy/session/client_error.h"
#include "rewrite/guards/subscribed_tables.h"
#include "rewrite/mask_secrets.h"
#include "rewrite/mask_uris.h"
#include "rewrite/planner.h"
#include "rewrite/session_facts.h"
#include "rewrite/traceparent.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace mogate::proxy {
namespace {

using rewrite::AnswerKind;

// Unique among the names that this gateway makes up, and readable.
std::string name_suffix(std::uint32_t session_id) {
  auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  auto millis = now.time_since_epoch().count() % 1000;
  return fmt::format("{:%Y%m%d_%H%M%S}_{:03}_{}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)),
                     millis, session_id);
}

// For the audit log.
std::string text_of(const Outcome& outcome) {
  std::string text = "ok";
  if (outcome.end) text = outcome.end->say ? outcome.end->say->message : "the connection was lost";
  if (outcome.error) text = outcome.error->message;
  return outcome.deserted ? text + " (the client was gone)" : text;
}

std::vector<std::string> shown_steps(const rewrite::Plan& plan) {
  std::vector<std::string> out;
  for (const auto& step : plan.steps) out.push_back(step.shown);
  for (const auto& act : plan.answer.acts) out.push_back(act.text);
  return out;
}

Outcome explained(const rewrite::Plan& plan, std::string_view session) {
  Outcome outcome;
  outcome.kind = Outcome::Kind::rows;
  outcome.columns = rewrite::explain_columns();
  outcome.rows = rewrite::explain_rows(plan, session);
  return outcome;
}

bool is_for_desk(const rewrite::Plan* plan) {
  return plan != nullptr && plan->answer.gateway_topic == rewrite::kSubscriptionTopic;
}

}  // namespace

rewrite::QueryAnswer answer_from(QueryResult result) {
  rewrite::QueryAnswer answer;
  if (result.error) answer.error = mend_native_error(*std::move(result.error));
  for (std::size_t i = 0; i < result.columns.size(); ++i) {
    const auto& column = result.columns[i];
    answer.columns.push_back({result.rows.columns[i], column.type, column.charset, column.decimals});
  }
  answer.rows = std::move(result.rows);
  return answer;
}

Task<Executor::Identified> Executor::identity() {
  auto asked = co_await ask_identity();
  if (asked.ok() && rewrite::is_stale(asked.identity)) asked = co_await ask_identity();
  co_return asked;
}

Task<Executor::Identified> Executor::ask_identity() {
  Identified asked;
  c_.readiness.set_deadline_in(c_.config().timeouts.orchestration);
  auto result = co_await c_.backend.query(rewrite::kIdentitySql);
  asked.end = end_if(result.io);
  asked.error = result.error;
  if (!result.ok()) co_return asked;
  if (auto identity = rewrite::read_identity(result.rows)) {
    asked.identity = *std::move(identity);
  } else {
    asked.end = SessionEnd{{Side::backend, IoFault::protocol}, {}, false};
  }
  co_return asked;
}

Task<Executor::Asked> Executor::ask_sql_mode() {
  Asked asked;
  c_.readiness.set_deadline_in(c_.config().timeouts.orchestration);
  auto result = co_await c_.backend.query(rewrite::kSqlModeSql);
  asked.end = end_if(result.io);
  asked.error = result.error;
  if (!result.ok() || result.rows.rows.empty()) co_return asked;
  c_.sql_mode = rewrite::read_sql_mode(result.rows);
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

Task<std::optional<Outcome>> Executor::settled() {
  auto asked = co_await settle();
  if (asked.end) co_return Outcome::ended(*asked.end);
  if (asked.error) co_return Outcome::failed(mend_native_error(*asked.error));
  co_return std::nullopt;
}

Task<Outcome> Executor::run(const rewrite::Statement& statement, std::string_view text) {
  if (rewrite::is_extended(statement)) c_.shared.counters.extended_statements++;
  c_.entry->state = SessionState::orchestrating;
  auto asked = co_await identity();
  if (asked.end) co_return Outcome::ended(*asked.end);
  if (asked.error) co_return Outcome::failed(mend_native_error(*asked.error));
  if (const auto* k = std::get_if<rewrite::Kill>(&statement.as)) {
    auto outcome = kill(*k, asked.identity);
    if (auto refused = co_await settled()) co_return std::move(*refused);
    audit(statement, text, nullptr, asked.identity, outcome);
    co_return outcome;
  }
  const auto* explain = std::get_if<rewrite::ExplainGateway>(&statement.as);
  rewrite::StatementRun run(explain ? *explain->explained : statement, c_.dialect, facts_of(asked.identity));
  if (auto end = co_await read_facts(run)) co_return Outcome::ended(*end);
  if (auto refused = co_await settled()) co_return std::move(*refused);
  if (run.plan() && explain) co_return explained(*run.plan(), c_.aside ? "sibling" : "client");
  auto outcome = co_await run_steps(statement, run, asked.identity);
  if (!run.plan() || rewrite::is_extended(statement))
    audit(statement, text, run.plan(), asked.identity, outcome);
  if (!outcome.deserted || outcome.end) co_return outcome;
  c_.in_command = false;  // nothing runs any more
  co_return Outcome::ended({{Side::client, IoFault::closed}, {}, true});
}

void Executor::audit(const rewrite::Statement& statement, std::string_view text, const rewrite::Plan* plan,
                     const rewrite::Identity& self, const Outcome& outcome) {
  bool refused = outcome.error && outcome.error->message.starts_with(protocol::privilege_error().message);
  if (refused) c_.shared.counters.refused_statements++;
  AuditEvent event;
  event.session = c_.entry->id;
  event.account = self.account;
  event.user = c_.entry->user.user;
  event.role = self.role;
  event.client = c_.entry->client;
  event.statement = rewrite::kind_name(statement);
  event.text = rewrite::mask_secrets(text, c_.dialect.lexer_mode(c_.sql_mode));
  event.traceparent = rewrite::find_traceparent(text);
  if (plan != nullptr) event.plan = shown_steps(*plan);
  event.outcome = refused ? "refused" : outcome.error || outcome.end ? "error" : "ok";
  if (outcome.error) event.code = outcome.error->code;
  if (auto said = text_of(outcome); said != "ok") event.message = rewrite::mask_uris(said);
  event.elapsed = Clock::now() - c_.note.begun();
  c_.shared.audit.write(event);
}

rewrite::Facts Executor::facts_of(const rewrite::Identity& self) const {
  rewrite::Facts facts;
  facts.identity = self;
  facts.mode = c_.dialect.lexer_mode(c_.sql_mode);
  facts.in_transaction = c_.client_in_transaction;
  facts.can_kill = c_.config().service.configured();
  facts.account_subscriptions = c_.config().subscriptions.for_accounts;
  facts.allow_unbounded_restore = c_.config().allow_unbounded_restore;
  facts.unchanged_savepoints = c_.changes.savepoints().unchanged();
  facts.uris = uris_of(c_.config(), self.account);
  facts.name_suffix = name_suffix(c_.entry->id);
  return facts;
}

Task<MaybeEnd> Executor::read_facts(rewrite::StatementRun& run) {
  if (auto settled = co_await settle(); settled.end) co_return settled.end;
  while (run.reading()) {
    QueryTerms terms{c_.config().timeouts.orchestration, {}, nullptr};
    auto result = co_await watched_query(c_, run.next()->sql, terms);
    if (result.io) co_return end_if(result.io);
    run.answered(answer_from(std::move(result)), {});
    // With autocommit = 0 what was read has begun a transaction, in which SHOW CDC and SHOW PITR are refused.
    auto settled = co_await settle();
    if (settled.end) co_return settled.end;
  }
  co_return std::nullopt;
}

Operation Executor::operation_of(const rewrite::Statement& statement, const rewrite::Plan& plan,
                                 const rewrite::Identity& self) const {
  Operation operation;
  operation.id = c_.entry->id;
  operation.native_id = c_.backend.greeting().connection_id;
  operation.account = self.account;
  operation.user = c_.entry->user.user;
  operation.client = c_.entry->client;
  operation.statement = rewrite::kind_name(statement);
  operation.steps = plan.steps.size();
  operation.since = std::chrono::system_clock::now();
  return operation;
}

Task<Outcome> Executor::run_steps(const rewrite::Statement& statement, rewrite::StatementRun& run,
                                  const rewrite::Identity& self) {
  Outcome outcome;
  if (run.plan()) {
    if (auto error = changes_kept(*run.plan(), self)) co_return Outcome::failed(*error);
  }
  if (is_for_desk(run.plan())) co_return co_await visit_desk(statement, *run.plan(), self);
  if (run.next()) {
    Operations::Running operation(c_.shared.operations, operation_of(statement, *run.plan(), self),
                                  c_.shard.reactor, c_.readiness);
    PlanRun plan_run(*this, c_, run, self, operation, rewrite::only_reads(statement));
    outcome.end = co_await plan_run.run();
    outcome.deserted = operation.client_gone();
  }
  static_cast<rewrite::Result&>(outcome) = std::move(run.result());
  if (run.plan() && run.plan()->answer.kind == AnswerKind::gateway)
    outcome = gateway_answer(run.plan()->answer.gateway_topic);
  co_return outcome;
}

std::optional<protocol::SqlError> Executor::changes_kept(const rewrite::Plan& plan,
                                                         const rewrite::Identity& self) const {
  if (!c_.shared.subscribed.any()) return std::nullopt;
  const rewrite::ReadOnlyTables read_only{c_.shared.subscribed.of(self.account_id), {}};
  for (const auto& step : plan.steps) {
    auto error = rewrite::check_writes(step.native_sql, c_.dialect.lexer_mode(c_.sql_mode), read_only);
    if (error) return error;
  }
  return std::nullopt;
}

Task<Outcome> Executor::visit_desk(const rewrite::Statement& statement, const rewrite::Plan& plan,
                                   const rewrite::Identity& self) {
  Operations::Running operation(c_.shared.operations, operation_of(statement, plan, self), c_.shard.reactor,
                                c_.readiness);
  operation.enter_step(0, plan.answer.acts.front().text);
  auto outcome = co_await ask_desk(c_, statement, self, operation);
  outcome.columns = plan.answer.columns;
  co_return outcome;
}

Outcome Executor::gateway_answer(const std::string& topic) {
  Outcome outcome;
  if (topic == rewrite::kReloadTopic) {
    if (auto error = c_.shared.reload()) return Outcome::failed(rewrite::internal_error("mogate: " + *error));
    return outcome;
  }
  outcome.kind = Outcome::Kind::rows;
  outcome.columns = rewrite::gateway_columns(topic);
  outcome.rows = gateway_rows(c_.shared, topic);
  return outcome;
}

}  // namespace mogate::proxy
