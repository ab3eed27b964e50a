#include "rewrite/statement.h"

namespace mogate::rewrite {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

std::string_view change_name(ChangeCdcTask::Verb verb) {
  switch (verb) {
    case ChangeCdcTask::Verb::pause: return "PAUSE CDC TASK";
    case ChangeCdcTask::Verb::resume: return "RESUME CDC TASK";
    case ChangeCdcTask::Verb::restart: return "RESTART CDC TASK";
    case ChangeCdcTask::Verb::drop: break;
  }
  return "DROP CDC TASK";
}

}  // namespace

bool is_extended(const Statement& statement) {
  return std::visit(
      Overloaded{[](const Kill&) { return false; }, [](const NeedsSys&) { return false; },
                 [](const Clone&) { return false; }, [](const DataBranch&) { return false; },
                 [](const DeleteAll&) { return false; }, [](const PrepareFromVariable&) { return false; },
                 [](const auto&) { return true; }},
      statement.as);
}

bool only_reads(const Statement& statement) {
  return std::visit(
      Overloaded{[](const SnapshotShow&) { return true; }, [](const SnapshotDiff&) { return true; },
                 [](const ShowPitr&) { return true; }, [](const ShowCdcTasks&) { return true; },
                 [](const ShowGateway&) { return true; }, [](const ExplainGateway&) { return true; },
                 [](const ShowSubscriptions&) { return true; },
                 [](const ShowSubscriptionTasks&) { return true; },
                 [](const ShowNoReplication&) { return true; },
                 // Guards: what changes something is forwarded behind them.
                 [](const NeedsSys&) { return true; }, [](const Clone&) { return true; },
                 [](const DataBranch&) { return true; }, [](const DeleteAll&) { return true; },
                 [](const PrepareFromVariable&) { return true; },
                 // As where they are forwarded.
                 [](const OutsideTransaction&) { return true; }, [](const auto&) { return false; }},
      statement.as);
}

std::string_view kind_name(const Statement& statement) {
  using View = std::string_view;
  return std::visit(
      Overloaded{[](const FlushTables&) -> View { return "FLUSH TABLE"; },
                 [](const FlushDatabase&) -> View { return "FLUSH DATABASE"; },
                 [](const FlushNothing&) -> View { return "FLUSH"; },
                 [](const Checkpoint& c) -> View { return c.global ? "GLOBAL CHECKPOINT" : "CHECKPOINT"; },
                 [](const SnapshotCreate&) -> View { return "SNAPSHOT CREATE"; },
                 [](const SnapshotShow&) -> View { return "SNAPSHOT SHOW"; },
                 [](const SnapshotDrop&) -> View { return "SNAPSHOT DROP"; },
                 [](const Restore& r) -> View { return r.native ? "RESTORE" : "SNAPSHOT RESTORE"; },
                 [](const RestorePitr& r) -> View { return r.native ? "RESTORE" : "SNAPSHOT RESTORE"; },
                 [](const CreatePitr&) -> View { return "CREATE PITR"; },
                 [](const AlterPitr&) -> View { return "ALTER PITR"; },
                 [](const ShowPitr&) -> View { return "SHOW PITR"; },
                 [](const CreateCdcTask&) -> View { return "CREATE CDC TASK"; },
                 [](const ShowCdcTasks&) -> View { return "SHOW CDC TASKS"; },
                 [](const ChangeCdcTask& c) -> View { return change_name(c.verb); },
                 [](const CreateSubscription&) -> View { return "CREATE SUBSCRIPTION"; },
                 [](const ShowSubscriptions&) -> View { return "SHOW SUBSCRIPTIONS"; },
                 [](const ShowSubscriptionTasks&) -> View { return "SHOW SUBSCRIPTION TASKS"; },
                 [](const ChangeSubscription& c) -> View { return verb_name(c.verb); },
                 [](const SnapshotDiff&) -> View { return "SNAPSHOT DIFF"; },
                 [](const ShowGateway&) -> View { return "SHOW GATEWAY"; },
                 [](const ReloadGateway&) -> View { return "RELOAD GATEWAY"; },
                 [](const ExplainGateway&) -> View { return "EXPLAIN GATEWAY"; },
                 [](const Kill&) -> View { return "KILL"; },
                 [](const NeedsSys&) -> View { return "SYS ONLY"; },
                 [](const Clone&) -> View { return "CLONE"; },
                 [](const DataBranch&) -> View { return "DATA BRANCH"; },
                 [](const DeleteAll&) -> View { return "DELETE"; },
                 [](const PrepareFromVariable&) -> View { return "PREPARE"; },
                 [](const ShowNoReplication&) -> View { return "SHOW"; },
                 [](const SetReadWrite&) -> View { return "SET TRANSACTION"; },
                 [](const RollbackToSavepoint&) -> View { return "ROLLBACK TO SAVEPOINT"; },
                 [](const SentAsText&) -> View { return "TRANSACTION"; },
                 [](const OutsideTransaction& s) -> View { return s.kind; }},
      statement.as);
}

}  // namespace mogate::rewrite
