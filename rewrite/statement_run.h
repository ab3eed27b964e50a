// One statement on its way over a session: which query comes next, and what the answers come to. Sans-io:
// sessions (proxy/orchestrate) and the command line (proxy/cli) drive it, each over its own connection.
#pragma once

#include "protocol/error.h"
#include "rewrite/dialect.h"
#include "rewrite/outcome.h"
#include "rewrite/plan.h"
#include "rewrite/statement.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::rewrite {

// What the server said to one query; its error as mend_native_error() leaves it.
struct QueryAnswer {
  std::optional<protocol::SqlError> error;
  Rows rows;
  std::vector<ColumnSpec> columns;  // those of `rows`, with their types
};

// What the client gets.
struct Result {
  enum class Kind : std::uint8_t { ok, rows, forward } kind = Kind::ok;
  std::optional<protocol::SqlError> error;
  std::vector<ColumnSpec> columns;
  Rows rows;
  std::string forward_text;  // forward: what to send instead of the client's text; empty: as it came
  std::string info;          // of the OK packet
};

class StatementRun {
 public:
  // `statement` and `dialect` outlive the run.
  StatementRun(const Statement& statement, const Dialect& dialect, Facts facts);

  struct Query {
    std::string_view sql;  // valid until answered(); secrets in the clear
    bool under_deadline = false;
    std::size_t step = 0;  // counted from 0; while facts are read and while steps are undone too
    std::chrono::milliseconds pause{0};  // before it is sent: it was sent before, to no good (Step::patience)
  };
  // nullopt: it is over, and result() holds.
  std::optional<Query> next() const;
  // Of the query that next() gave; `elapsed` is what the rows of FLUSH and CHECKPOINT show.
  void answered(QueryAnswer answer, std::chrono::milliseconds elapsed);

  // The steps are ended before the one that next() gives: what was done is undone. Not while undoing.
  void interrupt(protocol::SqlError why);
  // The answer to what next() gave will never come. Undoing may go on, over another connection.
  void lose(protocol::SqlError why);

  // What next() gives is an undo.
  bool undoing() const { return phase_ == Phase::undoing; }
  // Nothing was sent yet but reads.
  bool reading() const { return phase_ == Phase::reading; }
  // nullptr as long as facts are read, and when there is none (see result()).
  const Plan* plan() const { return plan_ ? &*plan_ : nullptr; }
  // Of a plan with AnswerKind::gateway the columns and rows are the gateway's to fill in.
  Result& result() { return result_; }

 private:
  enum class Phase : std::uint8_t { reading, steps, undoing, over };

  void make_plan();
  void read(QueryAnswer answer);
  void judge_step(QueryAnswer answer, std::chrono::milliseconds elapsed);
  void undone(const QueryAnswer& answer);
  void fail(Failure::How how, protocol::SqlError native);
  void undo_from(std::size_t step);
  void finish();

  const Statement& statement_;
  const Dialect& dialect_;
  Facts facts_;
  Phase phase_ = Phase::reading;
  int rounds_ = 0;
  std::vector<FactQuery> queries_;
  std::optional<Plan> plan_;
  std::size_t at_ = 0;  // the query or step that runs, or the step that is undone
  std::vector<QueryAnswer> answers_;
  std::chrono::milliseconds pause_{0}, spent_{0};  // of the step that runs, since it was sent first
  Rows mo_ctl_rows_;
  Failure failure_;
  protocol::SqlError native_;  // of the step that failed
  Result result_;
};

}  // namespace mogate::rewrite
