#include "proxy/session/own_statement.h"

#include "proxy/orchestrate/killer.h"
#include "proxy/session/client_error.h"
#include "proxy/session/user_connection.h"
#include "rewrite/planner.h"

namespace mogate::proxy {
namespace {

constexpr std::uint16_t kOwnStatus = protocol::status::autocommit | protocol::status::in_transaction;

constexpr char kNotPartOfIt[] = "ran beside the open transaction and is not part of it";

}  // namespace

AnswerFormat answer_format(const SessionContext& context, bool binary) {
  AnswerFormat format;
  format.capabilities = context.capabilities;
  format.status = static_cast<std::uint16_t>(context.backend.status() & kOwnStatus);
  format.binary = binary;
  return format;
}

Task<MaybeEnd> OwnStatement::refuse(const protocol::SqlError& error, AnswerFormat& format) {
  failed_ = true;
  c_.note.fail(error.code);
  std::string out;
  append_error(out, format, error);
  co_return end_if(co_await c_.client.write_all(std::string_view(out)));
}

// Which role is in force is asked before it changes, so that a reset can take it again.
Task<MaybeEnd> OwnStatement::remember_role(std::string_view text) {
  if (!c_.login_role.empty() || !rewrite::may_change_role(text, c_.dialect)) co_return std::nullopt;
  auto asked = co_await executor_.identity();
  if (asked.end) co_return asked.end;
  if (asked.ok()) c_.login_role = asked.identity.role;
  co_return (co_await executor_.settle()).end;
}

Task<MaybeEnd> OwnStatement::run_native(std::string_view text, AnswerFormat& format) {
  c_.error_sequence = format.sequence;
  if (auto end = co_await remember_role(text)) co_return end;
  c_.set_statement_deadline();
  if (auto end = co_await relay_.send_command(protocol::Command::query, text)) co_return end;
  protocol::ResponseTracker tracker(protocol::Command::query, c_.capabilities);
  tracker.renumber(static_cast<std::uint8_t>(format.sequence - 1), format.more_results);
  if (!(c_.capabilities & protocol::cap::local_files)) tracker.refuse_local_infile();
  auto end = co_await relay_.relay_answer(tracker);
  failed_ = relay_.failed();
  format.sequence = static_cast<std::uint8_t>(tracker.last_sequence() + 1);
  c_.note_transaction();
  c_.changes.observe(text, c_.dialect, failed_ ? rewrite::Ran::failed : rewrite::Ran::succeeded);
  co_return end;
}

// On a connection of its own, because MatrixOne refuses the statement in the client's open transaction, which
// goes on as it is.
Task<Outcome> OwnStatement::run_beside(const rewrite::Statement& statement, std::string_view text) {
  Sibling sibling(c_);
  auto opened = co_await sibling.open();
  if (opened.end) co_return Outcome::ended(*opened.end);
  if (opened.error) co_return Outcome::failed(*opened.error);
  auto outcome = co_await executor_.run(statement, text);
  if (outcome.end && outcome.end->error.side == Side::backend) {
    auto lost = error_for_client(outcome.end->error, Moment::command);
    co_return Outcome::failed(outcome.end->say ? *outcome.end->say : *lost);
  }
  if (outcome.end && c_.in_command) {
    co_await kill_query(c_.shared, c_.shard, c_.backend.greeting().connection_id);
  }
  outcome.info += (outcome.info.empty() ? "" : "; ") + std::string(kNotPartOfIt);
  co_return outcome;
}

Task<MaybeEnd> OwnStatement::run(const rewrite::Statement& statement, std::string_view text,
                                 AnswerFormat& format) {
  failed_ = false;
  c_.error_sequence = format.sequence;
  // One that ends a transaction in every round of a benchmark: nothing to plan, nothing to audit.
  if (const auto* as_text = std::get_if<rewrite::SentAsText>(&statement.as))
    co_return co_await run_native(as_text->text, format);
  if (rewrite::is_extended(statement)) c_.note.see(kind_of(rewrite::kind_name(statement)));
  Outcome outcome;
  bool beside = c_.client_in_transaction && c_.credentials && rewrite::runs_outside_transactions(statement);
  // Not `co_await (a ? b : c)`: GCC 12 destroys the awaitable twice.
  if (beside) {
    outcome = co_await run_beside(statement, text);
  } else {
    outcome = co_await executor_.run(statement, text);
  }
  if (outcome.end) co_return outcome.end;
  if (outcome.error) co_return co_await refuse(*outcome.error, format);
  if (outcome.kind == Outcome::Kind::forward) {
    co_return co_await run_native(outcome.forward_text.empty() ? text : outcome.forward_text, format);
  }
  c_.changes.observe(text, c_.dialect, rewrite::Ran::succeeded);
  format.status = static_cast<std::uint16_t>(c_.backend.status() & kOwnStatus);
  std::string out;
  if (outcome.kind == Outcome::Kind::ok) {
    append_ok(out, format, 0, outcome.info);
  } else {
    c_.note.add_rows(outcome.rows.rows.size());
    append_rows(out, format, outcome.columns, outcome.rows);
  }
  co_return end_if(co_await c_.client.write_all(std::string_view(out)));
}

}  // namespace mogate::proxy
