#include "rewrite/answering.h"

#include "rewrite/row_diff.h"
#include "rewrite/statements/cdc_task.h"

namespace mogate::rewrite {
namespace {

// The columns that the step gave, but for the leading ones.
std::vector<ColumnSpec> columns_of(const QueryAnswer& answer, std::size_t drop) {
  return {answer.columns.begin() + static_cast<std::ptrdiff_t>(drop), answer.columns.end()};
}

// Merges two ordered reads of a table into the rows that changed.
void compare(Result& result, const Answer& wanted, const QueryAnswer& older, const QueryAnswer& newer) {
  result.columns = columns_of(newer, wanted.key_columns);
  result.columns.insert(result.columns.begin(), ColumnSpec{"flag"});
  std::size_t o = 0, n = 0;
  const auto& old_rows = older.rows.rows;
  const auto& new_rows = newer.rows.rows;
  while (o < old_rows.size() || n < new_rows.size()) {
    if (wanted.row_limit != 0 && result.rows.rows.size() == wanted.row_limit) return;
    const auto* old_row = o < old_rows.size() ? &old_rows[o] : nullptr;
    const auto* new_row = n < new_rows.size() ? &new_rows[n] : nullptr;
    auto verdict = compare_rows(old_row, new_row, wanted.key_columns);
    if (verdict.change != Change::none) {
      const auto& row = verdict.next_new ? *new_row : *old_row;
      result.rows.rows.push_back(change_row(verdict.change, row, wanted.key_columns));
    }
    o += verdict.next_old;
    n += verdict.next_new;
  }
}

}  // namespace

Result answer_of(const Answer& wanted, std::vector<QueryAnswer>& answers, Rows mo_ctl_rows) {
  Result result;
  result.columns = wanted.columns;
  result.info = wanted.info;
  result.kind = Result::Kind::rows;
  switch (wanted.kind) {
    case AnswerKind::ok: result.kind = Result::Kind::ok; break;
    case AnswerKind::forward:
      result.kind = Result::Kind::forward;
      result.forward_text = wanted.forward_text;
      break;
    case AnswerKind::mo_ctl_rows: result.rows = std::move(mo_ctl_rows); break;
    case AnswerKind::fixed_rows: result.rows = wanted.fixed; break;
    case AnswerKind::gateway: break;
    case AnswerKind::step_rows: {
      auto& from = answers[wanted.rows_of_step];
      if (result.columns.empty()) result.columns = columns_of(from, wanted.drop_columns);
      result.rows = std::move(from.rows);
      auto drop = static_cast<std::ptrdiff_t>(wanted.drop_columns);
      for (auto& row : result.rows.rows) row.erase(row.begin(), row.begin() + drop);
      break;
    }
    case AnswerKind::cdc_tasks:
      result.rows = cdc_task_rows(answers[wanted.rows_of_step].rows, wanted.like);
      break;
    case AnswerKind::compare: compare(result, wanted, answers[answers.size() - 2], answers.back()); break;
  }
  return result;
}

}  // namespace mogate::rewrite
