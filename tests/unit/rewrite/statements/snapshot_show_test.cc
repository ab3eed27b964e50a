#include "rewrite/statements/snapshot_show.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

TEST(SnapshotShow, BecomesShowSnapshotsWithAWhere) {
  const std::pair<const char*, const char*> cases[] = {
      {"SNAPSHOT SHOW", "SHOW SNAPSHOTS"},
      {"SNAPSHOT SHOW LIKE 'a%'", "SHOW SNAPSHOTS WHERE snapshot_name LIKE 'a%'"},
      {"SNAPSHOT SHOW LIKE 'it''s\\_x'", "SHOW SNAPSHOTS WHERE snapshot_name LIKE 'it''s\\\\_x'"},
      {"SNAPSHOT SHOW CLUSTER", "SHOW SNAPSHOTS WHERE snapshot_level = 'cluster'"},
      {"SNAPSHOT SHOW ACCOUNT", "SHOW SNAPSHOTS WHERE account_name = 'sys'"},
      {"SNAPSHOT SHOW ACCOUNT acc1", "SHOW SNAPSHOTS WHERE account_name = 'acc1'"},
      {"SNAPSHOT SHOW DATABASE d", "SHOW SNAPSHOTS WHERE database_name = 'd'"},
      {"SNAPSHOT SHOW TABLE d.t", "SHOW SNAPSHOTS WHERE database_name = 'd' AND table_name = 't'"},
      {"SNAPSHOT SHOW LIKE 'x' TABLE t",
       "SHOW SNAPSHOTS WHERE snapshot_name LIKE 'x' AND database_name = 'cur' AND table_name = 't'"},
  };
  for (const auto& [sql, native] : cases) {
    test::Session s;
    s.script["database"] = {{"Cur"}};
    Plan plan = s.planned(sql);
    ASSERT_EQ(plan.steps.size(), 1U) << sql;
    EXPECT_EQ(plan.steps.at(0).native_sql, native) << sql;
    EXPECT_EQ(plan.answer.kind, AnswerKind::step_rows) << sql;
  }
}

TEST(SnapshotShow, LabelsTheColumnsAsShowSnapshotsDoesWithoutAWhere) {
  std::vector<std::string> names;
  for (const auto& c : snapshot_columns()) names.push_back(c.name);
  EXPECT_EQ(names, (std::vector<std::string>{"SNAPSHOT_NAME", "TIMESTAMP", "SNAPSHOT_LEVEL", "ACCOUNT_NAME",
                                             "DATABASE_NAME", "TABLE_NAME"}));
}

TEST(SnapshotShow, NeedsADatabaseForATableAndNoTransaction) {
  test::Session s;
  s.script["database"] = {{std::nullopt}};
  EXPECT_EQ(s.refused("SNAPSHOT SHOW TABLE t").code, 1046);
  s.facts.in_transaction = true;
  EXPECT_EQ(s.refused("SNAPSHOT SHOW").code, 20101);
}

}  // namespace
}  // namespace mogate::rewrite
