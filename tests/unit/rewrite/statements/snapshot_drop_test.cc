#include "rewrite/statements/snapshot_drop.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

TEST(SnapshotDrop, BecomesDropSnapshot) {
  const std::pair<const char*, const char*> cases[] = {
      {"SNAPSHOT DROP s", "DROP SNAPSHOT `s`"},
      {"SNAPSHOT DROP S1", "DROP SNAPSHOT `s1`"},
      {"SNAPSHOT DROP `a``b`", "DROP SNAPSHOT `a``b`"},
      {"SNAPSHOT DROP IF EXISTS s", "DROP SNAPSHOT IF EXISTS `s`"},
      {"SNAPSHOT DROP `if`", "DROP SNAPSHOT `if`"},
  };
  for (const auto& [sql, native] : cases) {
    test::Session s;
    s.script["snapshot"] = {{"it", "5"}};
    Plan plan = s.planned(sql);
    EXPECT_EQ(test::texts(plan), std::vector<std::string>{native}) << sql;
    EXPECT_EQ(plan.answer.kind, AnswerKind::ok) << sql;
  }
}

TEST(SnapshotDrop, OfWhatIsNotThereIsRefusedUnlessItMayBeMissing) {
  test::Session s;
  s.script["snapshot"] = {};
  auto error = s.refused("SNAPSHOT DROP s");
  EXPECT_EQ(error.code, 20101);
  EXPECT_EQ(error.message,
            "internal error: snapshot s does not exist in this account; SNAPSHOT SHOW lists those that do");
  test::Session unasked;
  EXPECT_EQ(unasked.planned("SNAPSHOT DROP IF EXISTS s").steps.size(), 1U);
  EXPECT_TRUE(unasked.asked.empty());
}

TEST(SnapshotDrop, IsRefusedInATransaction) {
  test::Session s;
  s.facts.in_transaction = true;
  EXPECT_EQ(s.refused("SNAPSHOT DROP s").code, 20101);
}

}  // namespace
}  // namespace mogate::rewrite
