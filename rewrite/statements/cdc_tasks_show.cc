#include "rewrite/statements/cdc_tasks_show.h"

#include "rewrite/statements/cdc_task.h"

namespace mogate::rewrite {

ShowCdcTasks parse_show_cdc_tasks(sql::Cursor& in) {
  ShowCdcTasks out;
  if (in.accept("LIKE")) out.like = in.string("a pattern in quotes");
  return out;
}

Planned plan_show_cdc_tasks(const ShowCdcTasks& statement) {
  Plan plan{{step("SHOW CDC ALL")}, {}};  // before 4.0 SHOW CDC alone is a syntax error
  plan.answer.kind = AnswerKind::cdc_tasks;
  plan.answer.columns = cdc_task_columns();
  plan.answer.like = statement.like;
  return plan;
}

}  // namespace mogate::rewrite
