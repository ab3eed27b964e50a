// What the gateway keeps of subscriptions, as values: the rows of mogate.mo_sync_configs and mo_sync_tasks
// (DESIGN 6).
#pragma once

#include "rewrite/statements/subscription.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::rewrite {

enum class SubscriptionState : std::uint8_t { normal, paused, error, deleted };
enum class IterationState : std::uint8_t { pending, running, complete, error, cancel };

std::string_view name_of(IterationState state);
// "LOGICAL", "PHYSICAL"; AUTO means logical.
std::string_view name_of(SyncEngine engine);

struct Subscription {
  std::uint32_t id = 0;  // task_id
  std::string name;
  std::uint64_t account_id = 0;
  std::string account;
  std::string database, table;  // table: of a table's subscription, else empty
  std::string shown_uri;        // password masked
  std::uint32_t interval_s = 60;
  SyncEngine engine = SyncEngine::logical;
  SubscriptionState state = SubscriptionState::normal;
  std::string uid;          // twelve hex digits: no other cluster's has the same
  std::uint64_t cycle = 0;  // of the newest snapshot
  std::string snapshot;     // the newest, perhaps not yet there; empty before the first cycle. Of a physical
                            // one: MatrixOne's own task
  std::uint64_t ended = 0;  // the newest cycle that came to its end
  std::uint64_t asked =
      0;  // how often SYNC asked for a cycle; `answered`: the last one that a cycle began after
  std::uint64_t answered = 0;
  bool verify = false;      // the next cycle compares every table
  std::string synced_at;    // when all tables were last at one point; empty: never
  std::uint64_t lag_s = 0;  // since then, when it was read
  std::string error;
  std::string created_at, updated_at;
};

struct SyncTask {
  std::uint32_t id = 0;  // job_id
  std::uint32_t subscription = 0;
  std::uint64_t database_id = 0, table_id = 0;  // upstream
  std::uint32_t table_version = 0;              // upstream's rel_version at `snapshot`
  std::string database, table;
  std::string watermark;  // UTC
  std::string snapshot;   // what the rows downstream are equal to; empty: nothing was copied yet
  IterationState state = IterationState::pending;
  std::string holder;  // cn_uuid
  std::uint64_t lsn = 0;
  std::uint64_t rows_done = 0, rows_total = 0;
  std::string error;
  std::string updated_at;
  std::uint64_t lag_s = 0;  // since the watermark, when it was read
};

// mogate_0123456789ab_7
std::string snapshot_name(const Subscription& subscription, std::uint64_t cycle);
// What those of `uid` begin with.
std::string snapshot_prefix(std::string_view uid);

}  // namespace mogate::rewrite
