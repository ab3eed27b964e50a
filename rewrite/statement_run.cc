#include "rewrite/statement_run.h"

#include "rewrite/answering.h"
#include "rewrite/outcome.h"
#include "rewrite/planner.h"

#include <utility>

namespace mogate::rewrite {
namespace {

constexpr std::chrono::milliseconds kPollPause{200};

}  // namespace

StatementRun::StatementRun(const Statement& statement, const Dialect& dialect, Facts facts)
    : statement_(statement), dialect_(dialect), facts_(std::move(facts)) {
  make_plan();
}

std::optional<StatementRun::Query> StatementRun::next() const {
  switch (phase_) {
    case Phase::reading: return Query{queries_[at_].sql, false, 0};
    case Phase::steps:
      return Query{plan_->steps[at_].native_sql, plan_->steps[at_].under_deadline, at_, pause_};
    case Phase::undoing: return Query{plan_->steps[at_].undo, false, at_};
    case Phase::over: break;
  }
  return std::nullopt;
}

void StatementRun::answered(QueryAnswer answer, std::chrono::milliseconds elapsed) {
  switch (phase_) {
    case Phase::reading: return read(std::move(answer));
    case Phase::steps: return judge_step(std::move(answer), elapsed);
    case Phase::undoing: return undone(answer);
    case Phase::over: break;
  }
}

void StatementRun::make_plan() {
  phase_ = Phase::over;
  if (rounds_++ > kMaxPlanRounds) {
    result_.error =
        protocol::SqlError{protocol::errc::unknown_error, "mogate: the statement cannot be planned", {}};
    return;
  }
  auto planned = rewrite::plan(statement_, dialect_, facts_);
  at_ = 0;
  if (auto* error = std::get_if<protocol::SqlError>(&planned)) {
    result_.error = std::move(*error);
  } else if (auto* queries = std::get_if<std::vector<FactQuery>>(&planned)) {
    queries_ = std::move(*queries);
    phase_ = Phase::reading;
  } else {
    plan_ = std::move(std::get<Plan>(planned));
    phase_ = Phase::steps;
    if (plan_->steps.empty()) finish();
  }
}

void StatementRun::read(QueryAnswer answer) {
  const FactQuery& query = queries_[at_];
  if (answer.error && !query.may_fail) {
    result_.error = std::move(answer.error);
    phase_ = Phase::over;
    return;
  }
  if (answer.error) {
    facts_.failures[query.key] = *std::move(answer.error);
  } else {
    facts_.reads[query.key] = std::move(answer.rows);
  }
  if (++at_ == queries_.size()) make_plan();
}

void StatementRun::judge_step(QueryAnswer answer, std::chrono::milliseconds elapsed) {
  const Step& step = plan_->steps[at_];
  auto judgement = judge(step, answer.error, answer.rows);
  spent_ += elapsed + pause_;
  pause_ = {};
  if (judgement.verdict == Judgement::Verdict::again && spent_ < step.patience) {
    pause_ = kPollPause;
    return;
  }
  spent_ = {};
  if (judgement.error) return fail(Failure::How::failed, *std::move(judgement.error));
  if (step.expect == Expect::mo_ctl_ok)
    mo_ctl_rows_.rows.push_back(mo_ctl_row(step, static_cast<std::uint64_t>(elapsed.count())));
  answers_.push_back(std::move(answer));
  if (++at_ == plan_->steps.size()) finish();
}

void StatementRun::interrupt(protocol::SqlError why) {
  bool sent = pause_.count() != 0;
  if (phase_ == Phase::steps) fail(sent ? Failure::How::unfinished : Failure::How::not_begun, std::move(why));
}

void StatementRun::lose(protocol::SqlError why) {
  if (phase_ == Phase::steps) return fail(Failure::How::unknown, std::move(why));
  if (phase_ == Phase::undoing) undone({std::move(why), {}, {}});
}

void StatementRun::fail(Failure::How how, protocol::SqlError native) {
  failure_.step = at_;
  failure_.how = how;
  native_ = std::move(native);
  undo_from(at_);
}

// Newest first, until one fails.
void StatementRun::undo_from(std::size_t step) {
  while (step != 0 && plan_->steps[step - 1].undo.empty()) --step;
  if (step != 0 && !failure_.undo_failed) {
    phase_ = Phase::undoing;
    at_ = step - 1;
    return;
  }
  result_.error = failure_of(*plan_, failure_, native_);
  phase_ = Phase::over;
}

void StatementRun::undone(const QueryAnswer& answer) {
  failure_.undo_failed = answer.error;
  if (!answer.error) ++failure_.undone;
  undo_from(at_);
}

void StatementRun::finish() {
  result_ = answer_of(plan_->answer, answers_, std::move(mo_ctl_rows_));
  phase_ = Phase::over;
}

}  // namespace mogate::rewrite
