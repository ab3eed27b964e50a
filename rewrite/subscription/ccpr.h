// CCPR, MatrixOne's own replication between clusters, as the engine of PHYSICAL subscriptions (DESIGN 6): its
// statements, and how its log is read. Pure. FINDINGS, ccpr, says where each comes from.
#pragma once

#include "rewrite/plan.h"
#include "rewrite/subscription/scan.h"
#include "rewrite/subscription/state.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mogate::rewrite::ccpr {

enum class TaskState : std::uint8_t { running, error, paused, dropped };

// A row of mo_ccpr_log.
struct Task {
  std::string id;  // uuid
  TaskState state = TaskState::running;
  bool iterating = false;
  std::uint64_t lsn = 0;        // of the iteration that runs or comes next: those before are applied
  std::uint64_t watermark = 0;  // nanoseconds; 0: nothing is applied yet
  std::string error;

  bool operator==(const Task&) const = default;
};

// Upstream, in account sys. Its name is nobody else's, so that the task is found by it.
std::string publication(const Subscription& s);
std::string find_publication(const Subscription& s);
// For all accounts, as that of an account must not name itself.
std::string create_publication(const Subscription& s);
std::string drop_publication(const Subscription& s);

// Who MatrixOne logs in as, percent-escapes resolved.
struct Source {
  std::string_view user, password, host;
  std::uint16_t port = 0;
};
// mysql://sys#user:password@host:port as MatrixOne reads it, which knows no escapes; else why there can be
// none.
std::variant<std::string, protocol::SqlError> uri(const Source& source);
// Why MatrixOne could not replicate what has these names: they are words of its internal commands.
std::optional<protocol::SqlError> refuse_names(const Subscription& s);
// Makes the tables and the task downstream. `uri` has the password.
std::string subscribe(const Subscription& s, std::string_view uri);

// The subscription's tasks, the newest first, dropped ones too; only sys reads it.
std::string tasks(const Subscription& s);
std::vector<Task> read_tasks(const Rows& rows);
// "N:1795220606:what" and "R:3:1795220606:1795220706:what" without what stands before.
std::string error_text(std::string_view stored);

std::string pause(std::string_view task);
std::string resume(std::string_view task);
std::string drop(std::string_view task);

// An iteration that finds its snapshot there reads at it.
std::string snapshot_name(std::string_view task, std::uint64_t lsn);
std::string create_snapshot(const Subscription& s, const Task& task);
std::string drop_snapshot(std::string_view task, std::uint64_t lsn);
std::string snapshots(std::string_view task);
// Nanoseconds by the iteration's number.
std::map<std::uint64_t, std::uint64_t> read_snapshots(const Rows& rows);

// What it takes for a snapshot to be read: everything before it is flushed.
inline constexpr char kCheckpoint[] = "select mo_ctl('dn', 'checkpoint', '')";
bool was_checkpoint(const Rows& rows);

// The subscription's rows of mo_sync_tasks, but those of tables that are gone.
std::string note_running(const Subscription& s, std::string_view holder);
std::string note_failed(const Subscription& s, std::string_view holder, std::string_view why);
// Never back.
std::string note_applied(const Subscription& s, const Task& task, std::string_view holder);
// The subscription keeps the task's id where others keep their snapshot.
std::string note_task(const Subscription& s, std::string_view task);
// Tasks without a table of their id and name, and tables without a task.
struct TableChanges {
  std::vector<SyncTask> gone, added;
};
TableChanges compare_tables(const Subscription& s, const std::vector<SyncTask>& tasks,
                            const std::vector<UpstreamTable>& tables);

}  // namespace mogate::rewrite::ccpr
