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

std::string what_was_done(const Plan& plan, std::size_t failed, std::size_t undone,
                          const std::optional<SqlError>& undo_failed) {
  std::string text =
      "step " + std::to_string(failed + 1) + " of " + std::to_string(plan.steps.size()) + " failed, ";
  std::string before = failed == 1 ? "step 1" : "steps 1 to " + std::to_string(failed);
  if (undo_failed)
    return text + "undoing " + before + " failed too: " + undo_failed->message + "; run " +
           by_hand(plan, failed);
  if (undone != 0) return text + before + (failed == 1 ? " was" : " were") + " undone";
  return text + before + (failed == 1 ? " stays" : " stay") + " done";
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

SqlError failure(const Plan& plan, std::size_t failed, const SqlError& native, std::size_t undone,
                 const std::optional<SqlError>& undo_failed) {
  const Step& step = plan.steps[failed];
  SqlError error = mended(step, native);
  // judge() has said it all, and a probe before a forwarded statement has done nothing.
  if (step.expect == Expect::changed_table || plan.answer.kind == AnswerKind::forward) return error;
  if (!step.failure_hint.empty() && step.expect != Expect::cdc_state)
    error.message += "; " + step.failure_hint;
  if (failed != 0) error.message += " (" + what_was_done(plan, failed, undone, undo_failed) + ")";
  return error;
}

}  // namespace mogate::rewrite
