#include "rewrite/subscription/scan.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

SyncTask task(std::uint32_t id, std::uint64_t table_id, std::string table, std::uint32_t version = 0) {
  SyncTask t;
  t.id = id;
  t.table_id = table_id;
  t.table = std::move(table);
  t.table_version = version;
  return t;
}

UpstreamTable table(std::uint64_t id, std::string name, std::uint32_t version = 0) {
  return {1, id, version, std::move(name)};
}

struct Case {
  const char* name;
  std::vector<SyncTask> tasks;
  std::vector<UpstreamTable> tables;
  std::string expected;  // "name change task" of each, then "gone task"
};

std::string text(const CyclePlan& plan) {
  constexpr const char* kNames[] = {"none", "altered", "renamed", "replaced", "created"};
  std::string out;
  for (const auto& w : plan.work)
    out += w.table.name + " " + kNames[static_cast<int>(w.change)] + " " + std::to_string(w.task.id) + "; ";
  for (const auto& t : plan.gone) out += "gone " + std::to_string(t.id) + "; ";
  return out;
}

class PlanCycle : public testing::TestWithParam<Case> {};

TEST_P(PlanCycle, TellsWhatBecameOfEachTable) {
  EXPECT_EQ(text(plan_cycle(GetParam().tasks, GetParam().tables)), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Tables, PlanCycle,
    testing::Values(
        Case{"first_cycle", {}, {table(7, "a")}, "a created 0; "},
        Case{"as_before", {task(1, 7, "a")}, {table(7, "a")}, "a none 1; "},
        Case{"index_added", {task(1, 7, "a", 0)}, {table(7, "a", 1)}, "a altered 1; "},
        Case{"renamed", {task(1, 7, "a")}, {table(7, "b", 1)}, "b renamed 1; "},
        Case{"truncated", {task(1, 7, "a")}, {table(8, "a")}, "a replaced 1; "},
        Case{"dropped", {task(1, 7, "a")}, {}, "gone 1; "},
        Case{"names_swapped",
             {task(1, 7, "a"), task(2, 8, "b")},
             {table(7, "b", 1), table(8, "a", 1)},
             "b renamed 1; a renamed 2; "},
        Case{"renamed_and_its_name_taken",
             {task(1, 7, "a")},
             {table(7, "old", 1), table(9, "a")},
             "old renamed 1; a created 0; "},
        Case{"renamed_onto_a_dropped_one",
             {task(1, 7, "a"), task(2, 8, "b")},
             {table(7, "b", 1)},
             "b renamed 1; gone 2; "},
        Case{"two_tables_one_dropped_one_new", {task(1, 7, "a")}, {table(9, "c")}, "c created 0; gone 1; "}),
    [](const auto& one) { return one.param.name; });

TEST(SnapshotName, CarriesTheSubscriptionAndTheCycle) {
  Subscription s;
  s.uid = "0123456789ab";
  EXPECT_EQ(snapshot_name(s, 7), "mogate_0123456789ab_7");
}

}  // namespace
}  // namespace mogate::rewrite
