#include "rewrite/planner.h"

#include "rewrite/planning.h"
#include "rewrite/privilege.h"
#include "rewrite/statements/cdc_task.h"
#include "rewrite/statements/pitr_facts.h"

#include <algorithm>
#include <utility>

namespace mogate::rewrite {
namespace {

protocol::SqlError transaction_open(const Statement& statement) {
  return internal_error(
      "unclassified statement appears in uncommitted transaction: " + std::string(kind_name(statement)) +
      " cannot run in a transaction, COMMIT or ROLLBACK first");
}

struct Planner {
  Planning& p;

  Planned operator()(const FlushTables& s) const { return plan_flush(s, p); }
  Planned operator()(const FlushDatabase& s) const { return plan_flush(s, p); }
  Planned operator()(const FlushNothing&) const { return ok_plan(); }
  Planned operator()(const Checkpoint& s) const { return plan_checkpoint(s); }
  Planned operator()(const SnapshotCreate& s) const { return plan_snapshot_create(s, p); }
  Planned operator()(const SnapshotShow& s) const { return plan_snapshot_show(s, p); }
  Planned operator()(const SnapshotDrop& s) const { return plan_snapshot_drop(s, p); }
  Planned operator()(const Restore& s) const { return plan_restore(s, p); }
  Planned operator()(const RestorePitr& s) const { return plan_pitr_restore(s, p); }
  Planned operator()(const CreatePitr& s) const { return plan_create_pitr(s, p); }
  Planned operator()(const AlterPitr& s) const { return plan_alter_pitr(s, p); }
  Planned operator()(const ShowPitr& s) const { return plan_show_pitr(s, p); }
  Planned operator()(const CreateCdcTask& s) const { return plan_create_cdc_task(s, p); }
  Planned operator()(const ShowCdcTasks& s) const { return plan_show_cdc_tasks(s); }
  Planned operator()(const ChangeCdcTask& s) const { return plan_change_cdc_task(s, p); }
  Planned operator()(const CreateSubscription& s) const { return plan_create_subscription(s); }
  Planned operator()(const ShowSubscriptions& s) const { return plan_show_subscriptions(s, p); }
  Planned operator()(const ShowSubscriptionTasks& s) const { return plan_show_subscription_tasks(s, p); }
  Planned operator()(const ChangeSubscription& s) const { return plan_change_subscription(s); }
  Planned operator()(const SnapshotDiff& s) const { return plan_snapshot_diff(s, p); }
  Planned operator()(const ShowGateway& s) const { return plan_show_gateway(s); }
  Planned operator()(const ReloadGateway&) const { return plan_reload_gateway(); }
  Planned operator()(const Kill&) const { return plan_kill(); }
  Planned operator()(const NeedsSys&) const { return forward_plan(); }
  Planned operator()(const Clone& s) const { return plan_clone(s, p); }
  Planned operator()(const DataBranch& s) const { return plan_data_branch(s, p); }
  Planned operator()(const DeleteAll& s) const { return plan_delete_all(s, p); }
  Planned operator()(const PrepareFromVariable& s) const { return plan_prepare_from_variable(s, p); }
  Planned operator()(const ShowNoReplication& s) const { return plan_show_no_replication(s); }
  Planned operator()(const SetReadWrite& s) const { return plan_set_read_write(s, p); }
  Planned operator()(const RollbackToSavepoint& s) const { return plan_rollback_to_savepoint(s, p); }
  Planned operator()(const SentAsText& s) const { return plan_sent_as_text(s); }
  Planned operator()(const OutsideTransaction& s) const { return plan_outside_transaction(s); }
  Planned operator()(const ExplainGateway& s) const {
    Planned inner = plan(*s.explained, p.dialect(), p.facts());
    const auto* explained = std::get_if<Plan>(&inner);
    if (explained == nullptr) return inner;
    Plan out;
    out.answer.kind = AnswerKind::fixed_rows;
    out.answer.columns = explain_columns();
    out.answer.fixed = explain_rows(*explained);
    return out;
  }
};

// What happens when step `failed` fails: the undo of those before it, newest first.
std::string on_failure(const Plan& plan, std::size_t failed) {
  std::string out;
  for (std::size_t i = failed; i-- > 0;)
    if (!plan.steps[i].undo.empty()) out += plan.steps[i].undo + ", then ";
  out += "stop";
  if (plan.steps[failed].patience.count() != 0)
    out += "; again for at most " + std::to_string(plan.steps[failed].patience.count()) + " s";
  if (plan.steps[failed].under_deadline) out += "; KILL QUERY at the restore deadline";
  return out;
}

// What the gateway does itself after the steps; empty: nothing to tell.
std::string last_act(const Plan& plan) {
  const Answer& a = plan.answer;
  switch (a.kind) {
    case AnswerKind::forward: return a.forward_text.empty() ? "the statement as it came" : a.forward_text;
    case AnswerKind::compare:
      return "compare the ordered rows of steps " + std::to_string(plan.steps.size() - 1) + " and " +
             std::to_string(plan.steps.size());
    case AnswerKind::gateway: return a.acts.empty() ? a.gateway_topic : "";
    case AnswerKind::cdc_tasks: return "show the rows of step 1 as mo_cdc does";
    case AnswerKind::ok:
    case AnswerKind::mo_ctl_rows:
    case AnswerKind::step_rows:
    case AnswerKind::fixed_rows: break;
  }
  return plan.steps.empty() ? "answer without the server" : "";
}

}  // namespace

// mo_ctl and reads may run in a transaction; what MatrixOne refuses there (NATIVE 2.10) must not be begun.
bool runs_outside_transactions(const Statement& statement) {
  const auto& as = statement.as;
  if (const auto* explain = std::get_if<ExplainGateway>(&as))
    return runs_outside_transactions(*explain->explained);
  return std::holds_alternative<SnapshotCreate>(as) || std::holds_alternative<SnapshotShow>(as) ||
         std::holds_alternative<SnapshotDrop>(as) || std::holds_alternative<Restore>(as) ||
         std::holds_alternative<RestorePitr>(as) || std::holds_alternative<CreatePitr>(as) ||
         std::holds_alternative<AlterPitr>(as) || std::holds_alternative<ShowPitr>(as) ||
         std::holds_alternative<CreateCdcTask>(as) || std::holds_alternative<ShowCdcTasks>(as) ||
         std::holds_alternative<ChangeCdcTask>(as) || std::holds_alternative<OutsideTransaction>(as);
}

Planned plan(const Statement& statement, const Dialect& dialect, const Facts& facts) {
  if (auto error = check_privilege(statement, facts.identity, facts.account_subscriptions)) return *error;
  if (facts.in_transaction && runs_outside_transactions(statement)) return transaction_open(statement);
  Planning planning(dialect, facts);
  return std::visit(Planner{planning}, statement.as);
}

Rows explain_rows(const Plan& plan, std::string_view session) {
  Rows out;
  for (const ColumnSpec& c : explain_columns()) out.columns.push_back(c.name);
  auto add = [&out](std::string_view where, std::string text, std::string failure) {
    out.rows.push_back(
        {std::to_string(out.rows.size() + 1), std::string(where), std::move(text), std::move(failure)});
  };
  for (std::size_t i = 0; i < plan.steps.size(); ++i) add(session, plan.steps[i].shown, on_failure(plan, i));
  bool forwards = plan.answer.kind == AnswerKind::forward;
  for (const Answer::Act& act : plan.answer.acts) add(act.session, act.text, act.on_failure);
  if (std::string act = last_act(plan); !act.empty())
    add(forwards ? "client" : "gateway", std::move(act), "stop");
  return out;
}

std::vector<ColumnSpec> explain_columns() {
  constexpr std::uint8_t kLongLong = 8;
  return {{"step", kLongLong}, {"session"}, {"native_sql"}, {"on_failure"}};
}

std::vector<ColumnSpec> result_columns(const Statement& statement) {
  const auto& as = statement.as;
  if (std::holds_alternative<FlushTables>(as) || std::holds_alternative<FlushDatabase>(as) ||
      std::holds_alternative<Checkpoint>(as))
    return mo_ctl_columns();
  if (std::holds_alternative<SnapshotCreate>(as) || std::holds_alternative<SnapshotShow>(as))
    return snapshot_columns();
  if (std::holds_alternative<ShowCdcTasks>(as)) return cdc_task_columns();
  if (std::holds_alternative<ShowPitr>(as)) return pitr_columns();
  if (std::holds_alternative<ShowSubscriptions>(as)) return subscription_columns();
  if (std::holds_alternative<ShowSubscriptionTasks>(as)) return subscription_task_columns();
  if (const auto* show = std::get_if<ShowGateway>(&as)) return gateway_columns(show->topic);
  if (std::holds_alternative<ExplainGateway>(as)) return explain_columns();
  if (const auto* show = std::get_if<ShowNoReplication>(&as)) return show->columns;
  return {};
}

bool columns_known_at_prepare(const Statement& statement) {
  return is_extended(statement) && !std::holds_alternative<SnapshotDiff>(statement.as);
}

}  // namespace mogate::rewrite
