#include "rewrite/statements/snapshot_facts.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

std::optional<Snapshot> read(test::Cells cells) {
  Facts facts = test::facts_of(test::sys_admin);
  facts.reads["snapshot"] = test::rows(std::move(cells));
  Planning p(test::v4_2, facts);
  return read_snapshot(p, "snapshot", "s");
}

TEST(SnapshotFacts, ReadsARowOfTheCatalog) {
  auto s = read({{"s", "1795266225964706500", "table", "sys", "d", "t", "272752"}});
  ASSERT_TRUE(s);
  EXPECT_EQ(s->ts, "1795266225964706500");
  EXPECT_EQ(s->level, Level::table);
  EXPECT_EQ(s->account, "sys");
  EXPECT_EQ(s->database, "d");
  EXPECT_EQ(s->table, "t");
  EXPECT_EQ(s->object_id, "272752");
}

TEST(SnapshotFacts, ARowThatIsMissingOrMakesNoSenseIsNoSnapshot) {
  EXPECT_FALSE(read({}));
  EXPECT_FALSE(read({{"s", std::nullopt, "table", "sys", "d", "t", "1"}}));
  EXPECT_FALSE(read({{"s", "5} or 1=1 {", "table", "sys", "d", "t", "1"}})) << "it goes into SQL unquoted";
}

TEST(SnapshotFacts, HoldNothingButWhatTheyWereTakenOf) {
  const Snapshot account{"s", "5", Level::account, "sys", "", "", "0"},
      database{"s", "5", Level::database, "sys", "d", "", "7"},
      table{"s", "5", Level::table, "sys", "d", "t", "8"};
  EXPECT_FALSE(outside(account, "x", "y"));
  EXPECT_FALSE(outside(database, "d", "y"));
  EXPECT_FALSE(outside(table, "d", "t"));
  EXPECT_EQ(outside(database, "x", "t").value_or(protocol::SqlError{}).message,
            "internal error: databaseName(x) does not match snapshot.databaseName(d): snapshot s holds only "
            "database d");
  EXPECT_EQ(
      outside(table, "d", "u").value_or(protocol::SqlError{}).message,
      "internal error: tableName(u) does not match snapshot.tableName(t): snapshot s holds only table d.t");
}

TEST(SnapshotFacts, AreOrderedByTime) {
  auto at = [](const char* ts) { return Snapshot{"", ts, Level::account, "", "", "", ""}; };
  EXPECT_TRUE(older(at("5"), at("6")));
  EXPECT_FALSE(older(at("6"), at("5")));
  EXPECT_FALSE(older(at("5"), at("5")));
  EXPECT_TRUE(older(at("9"), at("10")));
}

}  // namespace
}  // namespace mogate::rewrite
