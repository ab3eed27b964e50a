#include "proxy/orchestrate/plan_answer.h"

#include "rewrite/row_diff.h"

namespace mogate::proxy {
namespace {

using rewrite::AnswerKind;

// Column names that the step gave, as columns of the answer.
std::vector<rewrite::ColumnSpec> columns_of(const QueryResult& result, std::size_t drop) {
  std::vector<rewrite::ColumnSpec> columns;
  for (std::size_t i = drop; i < result.rows.columns.size(); ++i) {
    columns.push_back({result.rows.columns[i], result.columns[i].type, result.columns[i].charset});
  }
  return columns;
}

// Merges two ordered reads of a table into the rows that changed.
void compare(Outcome& outcome, const rewrite::Answer& wanted, const QueryResult& older,
             const QueryResult& newer) {
  outcome.columns = columns_of(newer, wanted.key_columns);
  outcome.columns.insert(outcome.columns.begin(), rewrite::ColumnSpec{"flag"});
  std::size_t o = 0, n = 0;
  const auto& old_rows = older.rows.rows;
  const auto& new_rows = newer.rows.rows;
  while (o < old_rows.size() || n < new_rows.size()) {
    if (wanted.row_limit != 0 && outcome.rows.rows.size() == wanted.row_limit) return;
    const auto* old_row = o < old_rows.size() ? &old_rows[o] : nullptr;
    const auto* new_row = n < new_rows.size() ? &new_rows[n] : nullptr;
    auto verdict = rewrite::compare_rows(old_row, new_row, wanted.key_columns);
    if (verdict.change != rewrite::Change::none) {
      const auto& row = verdict.next_new ? *new_row : *old_row;
      outcome.rows.rows.push_back(rewrite::change_row(verdict.change, row, wanted.key_columns));
    }
    o += verdict.next_old;
    n += verdict.next_new;
  }
}

}  // namespace

Outcome answer_of(const rewrite::Answer& wanted, std::vector<QueryResult>& results,
                  rewrite::Rows mo_ctl_rows) {
  Outcome outcome;
  outcome.columns = wanted.columns;
  outcome.info = wanted.info;
  outcome.kind = Outcome::Kind::rows;
  switch (wanted.kind) {
    case AnswerKind::ok: outcome.kind = Outcome::Kind::ok; break;
    case AnswerKind::forward:
      outcome.kind = Outcome::Kind::forward;
      outcome.forward_text = wanted.forward_text;
      break;
    case AnswerKind::mo_ctl_rows: outcome.rows = std::move(mo_ctl_rows); break;
    case AnswerKind::fixed_rows: outcome.rows = wanted.fixed; break;
    case AnswerKind::gateway: break;
    case AnswerKind::step_rows: {
      auto& from = results[wanted.rows_of_step];
      if (outcome.columns.empty()) outcome.columns = columns_of(from, wanted.drop_columns);
      outcome.rows = std::move(from.rows);
      auto drop = static_cast<std::ptrdiff_t>(wanted.drop_columns);
      for (auto& row : outcome.rows.rows) row.erase(row.begin(), row.begin() + drop);
      break;
    }
    case AnswerKind::compare: compare(outcome, wanted, results[results.size() - 2], results.back()); break;
  }
  return outcome;
}

}  // namespace mogate::proxy
