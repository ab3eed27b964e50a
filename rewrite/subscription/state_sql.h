// The SQL by which the gateway keeps its state (DESIGN 6), and how its answers are read. Pure. All times are
// UTC: the sessions that run it say so first.
#pragma once

#include "rewrite/plan.h"
#include "rewrite/subscription/state.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::rewrite::state_sql {

inline constexpr std::uint32_t kSchemaVersion = 1;

// Makes what is missing; each may be run again at any time. In account sys, and in every account with tasks.
std::vector<std::string> create_in_sys();
std::vector<std::string> create_tasks();
// The version of what is there.
std::string schema_version();
std::uint32_t read_schema_version(const Rows& rows);

// All that are not gone; sys reads it.
std::string subscriptions();
std::vector<Subscription> read_subscriptions(const Rows& rows);
// Without id, times, state and cycle. The unique name makes a second one of it an error 1062.
std::string insert_subscription(const Subscription& s);
// A subscription's id, by its uid.
std::string id_of(const Subscription& s);
std::string set_state(std::uint32_t id, SubscriptionState state);
// Its name is free again, its tables are no longer read-only; what it has upstream is still to be removed.
std::string mark_deleted(std::uint32_t id);
std::string remove_subscription(std::uint32_t id);
std::string set_interval(const Subscription& s, std::uint32_t seconds);
// Asks for a cycle now.
std::string ask_cycle(std::uint32_t id, bool verify);
// Before the snapshot is made, so that none is ever forgotten. Affects no row if another gateway was faster.
std::string begin_cycle(const Subscription& s, std::uint64_t cycle);
// Every table is there, at that time.
std::string end_cycle(const Subscription& s, std::string_view synced_at);
// Some table is not there: in one statement, so that nobody who waits for the end takes it for a good one.
std::string end_failed_cycle(const Subscription& s, std::string_view message);
// With no message: it is well again.
std::string set_error(std::uint32_t id, std::string_view message);

std::string put_secret(std::uint32_t id, std::string_view sealed);
std::string secret(std::uint32_t id);
std::string secrets();
std::string remove_secret(std::uint32_t id);

// Tasks, in the account that owns the data.
std::string tasks(std::optional<std::uint32_t> subscription);
std::vector<SyncTask> read_tasks(const Rows& rows);
// One row for each of `tasks`.
std::string insert_tasks(const std::vector<SyncTask>& tasks);
std::string cancel_task(const SyncTask& task);
// Cancelled rows of the same table, but the newest.
std::string forget_cancelled(const SyncTask& task);
std::string remove_tasks(std::uint32_t subscription);
// A cancelled row that says that the subscription has a table of this name: before a RENAME, which no
// transaction holds together with the task's row.
std::string note_name(const SyncTask& task, std::string_view table);
std::string forget_name(const SyncTask& task, std::string_view table);
// For the iteration of `holder`: affects one row, or somebody else has the task. Its lsn is one more then.
std::string claim(const SyncTask& task, std::string_view holder, std::uint64_t connection,
                  std::string_view snapshot_ts);
std::string progress(const SyncTask& task, std::uint64_t rows_done, std::uint64_t rows_total);
// The last statement before COMMIT: anything but one row means ROLLBACK. `task` is as claimed, with what it
// comes to.
std::string complete(const SyncTask& task, std::string_view holder);
// For those in which nothing changed from snapshot `base` on: no claim was needed.
std::string move_watermarks(const std::vector<const SyncTask*>& tasks, std::string_view base,
                            std::string_view snapshot, std::string_view watermark, std::string_view holder);
std::string fail_task(const SyncTask& task, std::string_view holder, std::string_view message);
// The table is about to be made anew: the next iteration that commits copies all. Affects one row, or
// somebody else has the task.
std::string forget_base(const SyncTask& task, std::string_view holder);
// Whoever runs iterations now is stopped by it: of all subscriptions, or of one.
std::string fence(std::optional<std::uint32_t> subscription);
// What a predecessor left open: its connections.
std::string running_connections();

// The lease. One row is affected if `holder` has it then, until `seconds` from now on the database's clock.
// `patience`: only if nobody had it for so many seconds.
std::string take_lease(std::string_view holder, unsigned seconds, unsigned patience);
std::string renew_lease(std::string_view holder, unsigned seconds);
std::string give_up_lease(std::string_view holder);
// One row if somebody has it.
std::string lease_is_held();

}  // namespace mogate::rewrite::state_sql
