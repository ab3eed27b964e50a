#include "rewrite/statements/guarded.h"

namespace mogate::rewrite {

Plan forward_plan(std::vector<Step> probes, std::string text) {
  Plan plan{std::move(probes), {}};
  plan.answer.kind = AnswerKind::forward;
  plan.answer.forward_text = std::move(text);
  return plan;
}

Planned plan_clone(const Clone&, Planning&) { return forward_plan(); }
Planned plan_data_branch(const DataBranch&, Planning&) { return forward_plan(); }
Planned plan_delete_all(const DeleteAll&, Planning&) { return forward_plan(); }
Planned plan_prepare_from_variable(const PrepareFromVariable&, Planning&) { return forward_plan(); }

}  // namespace mogate::rewrite
