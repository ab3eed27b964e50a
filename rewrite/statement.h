// Every statement that the gateway treats itself, or guards, as one value.
#pragma once

#include "rewrite/statements/cdc_task_change.h"
#include "rewrite/statements/cdc_task_create.h"
#include "rewrite/statements/cdc_tasks_show.h"
#include "rewrite/statements/checkpoint.h"
#include "rewrite/statements/flush.h"
#include "rewrite/statements/gateway.h"
#include "rewrite/statements/guarded.h"
#include "rewrite/statements/kill.h"
#include "rewrite/statements/mysql_forms.h"
#include "rewrite/statements/outside_transaction.h"
#include "rewrite/statements/pitr.h"
#include "rewrite/statements/pitr_restore.h"
#include "rewrite/statements/restore.h"
#include "rewrite/statements/snapshot_create.h"
#include "rewrite/statements/snapshot_diff.h"
#include "rewrite/statements/snapshot_drop.h"
#include "rewrite/statements/snapshot_show.h"
#include "rewrite/statements/subscription.h"

#include <memory>
#include <string_view>
#include <variant>

namespace mogate::rewrite {

struct Statement;

// EXPLAIN GATEWAY <statement>
struct ExplainGateway {
  std::shared_ptr<const Statement> explained;
};

struct Statement {
  std::variant<FlushTables, FlushDatabase, FlushNothing, Checkpoint, SnapshotCreate, SnapshotShow,
               SnapshotDrop, Restore, RestorePitr, SnapshotDiff, CreatePitr, AlterPitr, ShowPitr,
               CreateCdcTask, ShowCdcTasks, ChangeCdcTask, CreateSubscription, ShowSubscriptions,
               ShowSubscriptionTasks, ChangeSubscription, ShowGateway, ReloadGateway, ExplainGateway, Kill,
               NeedsSys, Clone, DataBranch, DeleteAll, PrepareFromVariable, ShowNoReplication, SetReadWrite,
               RollbackToSavepoint, SentAsText, OutsideTransaction>
      as;
};

// True for the gateway's own statements, native RESTORE and MySQL's forms; false for natives that are only
// guarded (they end in AnswerKind::forward) and for KILL.
bool is_extended(const Statement& statement);
// True for what changes nothing: of no use once nobody waits for the answer.
bool only_reads(const Statement& statement);
// For audit, metrics and policies: "FLUSH TABLE", "SNAPSHOT RESTORE", "KILL", "CLONE" …
std::string_view kind_name(const Statement& statement);

}  // namespace mogate::rewrite
