#include "rewrite/outcome.h"

#include "rewrite/planning.h"
#include "rewrite/sql/lexer.h"
#include "rewrite/sql/quoting.h"
#include "rewrite/statements/cdc_task.h"

#include <algorithm>

namespace mogate::rewrite {
namespace {

using protocol::SqlError;

std::string first_cell(const Rows& rows) {
  if (rows.rows.empty() || rows.rows[0].empty()) return {};
  return rows.rows[0][0].value_or("");
}

// Reads {"method": "Flush", "result": [{"returnStr": "OK"}]}: at least one returnStr, and all of them OK.
// JSON's strings and punctuation are tokens of SQL too.
bool all_ok(std::string_view json) {
  sql::Lexer lexer(json);
  std::size_t results = 0;
  for (sql::Token t = lexer.next(); t.kind != sql::TokenKind::end; t = lexer.next()) {
    if (t.kind == sql::TokenKind::bad) return false;
    if (t.kind != sql::TokenKind::string || sql::unquote(t) != "returnStr") continue;
    if (!lexer.next().is(':')) return false;
    sql::Token value = lexer.next();
    if (value.kind != sql::TokenKind::string || sql::unquote(value) != "OK") return false;
    ++results;
  }
  return results != 0;
}

bool ends_in_one_of(std::string_view text, const std::vector<std::string>& ends) {
  return std::any_of(ends.begin(), ends.end(), [&](const auto& end) { return text.ends_with(end); });
}

std::optional<SqlError> judge_cdc_state(const Step& step, const Rows& answer) {
  if (answer.rows.empty() && step.compare_with == "gone") return std::nullopt;
  if (answer.rows.empty()) return internal_error(step.failure_hint + ": it is gone");
  CdcTask task = read_cdc_task(answer.rows.front());
  if (task.state == step.compare_with) return std::nullopt;
  return internal_error(step.failure_hint + ": it is still " + task.state +
                        (task.error.empty() ? "" : " (" + task.error + ")"));
}

std::string database_of(const std::string& target) { return target.substr(0, target.find('.')); }

// MatrixOne answers some unknown names with error 0 and the text ExpectedEOB, which many drivers take for
// success.
SqlError mended(const Step& step, SqlError error) {
  constexpr std::string_view kEndOfBatch = "ExpectedEOB";
  bool unnumbered = error.code == 0 || error.message == kEndOfBatch;
  if (unnumbered && step.method == "Flush") return unknown_database(database_of(step.target));
  if (!step.exists_hint.empty() && error.message.ends_with(" already exists"))
    error.message += "; " + step.exists_hint;
  if (error.code == 0) error.code = protocol::errc::unknown_error;
  if (error.sqlstate == "00000") error.sqlstate.clear();
  return error;
}

// What the client is left with when undoing failed: the undo statements of the steps that were done, newest
// first.
std::string by_hand(const Plan& plan, std::size_t failed) {
  std::string out;
  for (std::size_t i = failed; i-- > 0;)
    if (!plan.steps[i].undo.empty()) out += (out.empty() ? "" : "; ") + plan.steps[i].undo;
  return out;
}

std::string what_stays(const Plan& plan, std::size_t failed) {
  std::string out;
  for (std::size_t i = 0; i < failed; ++i)
    if (!plan.steps[i].leaves.empty()) out += (out.empty() ? ": " : ", ") + plan.steps[i].leaves;
  return out;
}

std::string what_failed(const Plan& plan, const Failure& failure) {
  std::string step = "step " + std::to_string(failure.step + 1) + " of " + std::to_string(plan.steps.size());
  switch (failure.how) {
    case Failure::How::failed: return step + " failed";
    case Failure::How::not_begun: return step + " was not begun";
    case Failure::How::unfinished: return step + " was not waited for to its end";
    case Failure::How::unknown: break;
  }
  const Step& unknown = plan.steps[failure.step];
  std::string way_out = unknown.undo.empty() ? "" : ", and if so, " + unknown.undo + " undoes it";
  if (!unknown.leaves.empty()) way_out = ": look for " + unknown.leaves;
  return "it is not known whether " + step + " was done" + way_out;
}

std::string what_was_done(const Plan& plan, const Failure& failure) {
  std::string before = failure.step == 1 ? "step 1" : "steps 1 to " + std::to_string(failure.step);
  if (failure.undo_failed)
    return "undoing " + before + " failed too: " + failure.undo_failed->message + "; run " +
           by_hand(plan, failure.step);
  if (failure.undone != 0) return before + (failure.step == 1 ? " was" : " were") + " undone";
  return before + (failure.step == 1 ? " stays" : " stay") + " done" + what_stays(plan, failure.step);
}

}  // namespace

std::optional<SqlError> judge(const Step& step, const Rows& answer) {
  std::string cell = first_cell(answer);
  switch (step.expect) {
    case Expect::ok: return std::nullopt;
    case Expect::mo_ctl_ok:
      if (all_ok(cell)) return std::nullopt;
      return internal_error(step.method + " of " + step.target + " was not done: MatrixOne answered " +
                            (cell.empty() ? "nothing" : cell));
    case Expect::changed_table:
      if (!cell.empty() && cell != step.compare_with) return std::nullopt;
      return internal_error(step.failure_hint);
    case Expect::cdc_state: return judge_cdc_state(step, answer);
  }
  return std::nullopt;
}

Judgement judge(const Step& step, const std::optional<SqlError>& native, const Rows& answer) {
  using Verdict = Judgement::Verdict;
  if (native && ends_in_one_of(native->message, step.harmless_errors)) return {};
  if (native) {
    bool passes = ends_in_one_of(native->message, step.passing_errors);
    return {passes ? Verdict::again : Verdict::failed, native};
  }
  auto error = judge(step, answer);
  if (!error) return {};
  return {step.expect == Expect::cdc_state ? Verdict::again : Verdict::failed, std::move(error)};
}

std::vector<std::optional<std::string>> mo_ctl_row(const Step& step, std::uint64_t elapsed_ms) {
  return {step.method, step.target, "OK", std::to_string(elapsed_ms)};
}

SqlError failure_of(const Plan& plan, const Failure& failure, const SqlError& native) {
  const Step& step = plan.steps[failure.step];
  bool answered = failure.how == Failure::How::failed;
  SqlError error = answered ? mended(step, native) : native;
  // judge() has said it all, and a probe before a forwarded statement has done nothing.
  bool said = answered && step.expect == Expect::changed_table;
  if (said || plan.answer.kind == AnswerKind::forward) return error;
  if (answered && !step.failure_hint.empty() && step.expect != Expect::cdc_state)
    error.message += "; " + step.failure_hint;
  std::string told;
  if (failure.step != 0 || failure.how >= Failure::How::unfinished) told = what_failed(plan, failure);
  if (failure.step != 0) told += ", " + what_was_done(plan, failure);
  if (!told.empty()) error.message += " (" + told + ")";
  return error;
}

}  // namespace mogate::rewrite
