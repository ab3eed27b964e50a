#include "rewrite/privilege.h"

#include <algorithm>

namespace mogate::rewrite {
namespace {

bool elsewhere(const std::string& account, const Identity& self) {
  return !account.empty() && account != self.account;
}

Need sys_if(bool condition) { return condition ? Need::sys : Need::admin; }

Need need_of(const Scope& scope, const Identity& self) {
  return sys_if(scope.level == Level::cluster || elsewhere(scope.account, self));
}

struct Needs {
  const Identity& self;
  bool account_subscriptions;

  Need operator()(const FlushTables&) const { return Need::sys; }
  Need operator()(const FlushDatabase&) const { return Need::sys; }
  Need operator()(const FlushNothing&) const { return Need::none; }
  Need operator()(const Checkpoint&) const { return Need::sys; }
  // WITH FLUSH runs mo_ctl.
  Need operator()(const SnapshotCreate& s) const {
    return std::max(sys_if(s.with_flush), need_of(s.scope, self));
  }
  Need operator()(const SnapshotShow& s) const { return s.scope ? need_of(*s.scope, self) : Need::admin; }
  Need operator()(const SnapshotDrop&) const { return Need::admin; }
  Need operator()(const Restore& r) const {
    return sys_if(r.level == Level::cluster || elsewhere(r.account, self) || elsewhere(r.to_account, self) ||
                  r.new_account);
  }
  Need operator()(const RestorePitr& r) const {
    return sys_if(r.level == Level::cluster || elsewhere(r.account, self));
  }
  Need operator()(const CreatePitr& s) const { return need_of(s.scope, self); }
  Need operator()(const AlterPitr&) const { return Need::admin; }
  Need operator()(const ShowPitr&) const { return Need::admin; }
  Need operator()(const CreateCdcTask&) const { return Need::admin; }
  Need operator()(const ShowCdcTasks&) const { return Need::admin; }
  Need operator()(const ChangeCdcTask&) const { return Need::admin; }
  Need operator()(const CreateSubscription&) const { return sys_if(!account_subscriptions); }
  Need operator()(const ChangeSubscription&) const { return sys_if(!account_subscriptions); }
  // The rows are those of the own account.
  Need operator()(const ShowSubscriptions&) const { return Need::none; }
  Need operator()(const ShowSubscriptionTasks&) const { return Need::none; }
  Need operator()(const SnapshotDiff&) const { return Need::admin; }
  Need operator()(const ShowGateway&) const { return Need::sys; }
  Need operator()(const ReloadGateway&) const { return Need::sys; }
  Need operator()(const ExplainGateway& e) const { return needed(*e.explained, self, account_subscriptions); }
  Need operator()(const NeedsSys&) const { return Need::sys; }
  // The proxy knows whose session it is; the others decide when they are planned.
  Need operator()(const Kill&) const { return Need::none; }
  Need operator()(const Clone&) const { return Need::none; }
  Need operator()(const DataBranch&) const { return Need::none; }
  Need operator()(const DeleteAll&) const { return Need::none; }
  Need operator()(const PrepareFromVariable&) const { return Need::none; }
  // Without any effect on others.
  Need operator()(const ShowNoReplication&) const { return Need::none; }
  Need operator()(const SetReadWrite&) const { return Need::none; }
  Need operator()(const RollbackToSavepoint&) const { return Need::none; }
  Need operator()(const SentAsText&) const { return Need::none; }
  // MatrixOne decides.
  Need operator()(const OutsideTransaction&) const { return Need::none; }
};

}  // namespace

Need needed(const Statement& statement, const Identity& self, bool account_subscriptions) {
  return std::visit(Needs{self, account_subscriptions}, statement.as);
}

std::optional<protocol::SqlError> check_privilege(const Statement& statement, const Identity& self,
                                                  bool account_subscriptions) {
  Need need = needed(statement, self, account_subscriptions);
  if (need == Need::sys && !self.is_sys()) return sys_needed();
  if (need == Need::admin && !self.is_admin())
    return protocol::privilege_error("needs role accountadmin, or account sys with role moadmin");
  return std::nullopt;
}

}  // namespace mogate::rewrite
