#include "rewrite/subscription/scan.h"

#include <map>

namespace mogate::rewrite {
namespace {

TableChange change_of(const SyncTask& task, const UpstreamTable& table) {
  if (task.table_id != table.id) return TableChange::replaced;
  if (task.table != table.name) return TableChange::renamed;
  return task.table_version == table.version ? TableChange::none : TableChange::altered;
}

}  // namespace

CyclePlan plan_cycle(const std::vector<SyncTask>& tasks, const std::vector<UpstreamTable>& tables) {
  std::map<std::uint64_t, const SyncTask*> by_id;
  std::map<std::string, const SyncTask*, std::less<>> by_name;
  for (const auto& task : tasks) {
    by_id.emplace(task.table_id, &task);
    by_name.emplace(task.table, &task);
  }
  std::map<std::uint32_t, bool> met;
  CyclePlan plan;
  // By id first: a table that was renamed may have left its name to another one.
  std::vector<const UpstreamTable*> others;
  for (const auto& table : tables) {
    auto known = by_id.find(table.id);
    if (known == by_id.end()) {
      others.push_back(&table);
      continue;
    }
    met[known->second->id] = true;
    plan.work.push_back({change_of(*known->second, table), table, *known->second});
  }
  for (const auto* table : others) {
    auto known = by_name.find(table->name);
    bool replaces = known != by_name.end() && !met[known->second->id];
    if (replaces) met[known->second->id] = true;
    plan.work.push_back({replaces ? TableChange::replaced : TableChange::created, *table,
                         replaces ? *known->second : SyncTask{}});
  }
  for (const auto& task : tasks)
    if (!met[task.id]) plan.gone.push_back(task);
  return plan;
}

}  // namespace mogate::rewrite
