// What a cycle has to do: the tables upstream at its snapshot, compared with the tasks. Pure.
#pragma once

#include "rewrite/subscription/state.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mogate::rewrite {

// A row of upstream's mo_tables at a snapshot.
struct UpstreamTable {
  std::uint64_t database_id = 0, id = 0;
  std::uint32_t version = 0;
  std::string name;
};

enum class TableChange : std::uint8_t {
  none,      // the same table, defined as before
  altered,   // the same table, its definition may have changed
  renamed,   // the same table by another name, perhaps altered too
  replaced,  // another table of the same name: truncated, made again, or altered by a copy
  created,   // no task knows it
};

struct TableWork {
  TableChange change = TableChange::none;
  UpstreamTable table;
  SyncTask task;  // of `created`: empty
};

struct CyclePlan {
  std::vector<TableWork> work;
  std::vector<SyncTask> gone;  // tasks whose table is no longer there
};

// `tasks` without those that are cancelled.
CyclePlan plan_cycle(const std::vector<SyncTask>& tasks, const std::vector<UpstreamTable>& tables);

}  // namespace mogate::rewrite
