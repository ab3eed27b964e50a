#include "rewrite/statements/snapshot_diff.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

#include <functional>

namespace mogate::rewrite {
namespace {

using test::Session;
using Texts = std::vector<std::string>;

constexpr char kDdl[] =
    "CREATE TABLE `t` (\n  `a` int NOT NULL,\n  `b` varchar(20) DEFAULT NULL,\n  PRIMARY KEY (`a`)\n)";
constexpr char kNative[] = "DATA BRANCH DIFF `d`.`t`{SNAPSHOT = 's2'} AGAINST `d`.`t`{SNAPSHOT = 's1'}";

Session session(const Dialect& dialect = test::v4_2) {
  Session s;
  s.dialect = dialect;
  s.script["database"] = {{"d"}};
  s.script["first"] = {{"s1", "5", "table", "sys", "d", "t", "7"}};
  s.script["second"] = {{"s2", "10", "table", "sys", "d", "t", "7"}};
  s.script["old_ddl"] = s.script["new_ddl"] = {{"t", kDdl}};
  s.script["old_id"] = s.script["new_id"] = {{"7"}};
  return s;
}

std::vector<std::string> names(const Plan& plan) {
  std::vector<std::string> out;
  for (const auto& c : plan.answer.columns) out.push_back(c.name);
  return out;
}

TEST(ParseSnapshotDiff, ReadsNamesTableAndLimit) {
  auto diff = test::parsed_as<SnapshotDiff>("SNAPSHOT DIFF S1 `s 2` TABLE D.t LIMIT 10");
  EXPECT_EQ(diff.first, "s1");
  EXPECT_EQ(diff.second, "s 2");
  EXPECT_EQ(diff.table, (sql::TableName{"d", "t"}));
  EXPECT_EQ(diff.limit, 10U);
  EXPECT_EQ(test::parsed_as<SnapshotDiff>("SNAPSHOT DIFF a b TABLE t").limit, 0U);
  EXPECT_EQ(test::error_of(test::parse_sql("SNAPSHOT DIFF a b TABLE t LIMIT 0")).code, 20301);
}

TEST(PlanSnapshotDiff, IsNativeWhereThatIsRight) {
  for (const Dialect& dialect : {test::v3_0, test::v4_2}) {
    Plan plan = session(dialect).planned("SNAPSHOT DIFF s1 s2 TABLE t");
    EXPECT_EQ(test::texts(plan), Texts{kNative});
    EXPECT_EQ(plan.answer.kind, AnswerKind::step_rows);
    EXPECT_EQ(plan.answer.drop_columns, 1U);
    EXPECT_EQ(names(plan), (Texts{"flag", "a", "b"}));
  }
  EXPECT_EQ(test::texts(session().planned("SNAPSHOT DIFF s1 s2 TABLE d.t LIMIT 3")),
            Texts{std::string(kNative) + " OUTPUT LIMIT 3"});
}

TEST(PlanSnapshotDiff, GoesFromTheOlderToTheNewerWhateverTheOrder) {
  Session s = session();
  std::swap(s.script["first"], s.script["second"]);
  EXPECT_EQ(test::texts(s.planned("SNAPSHOT DIFF s2 s1 TABLE d.t")), Texts{kNative});
}

TEST(PlanSnapshotDiff, ComparesTwoOrderedReadsElsewhere) {
  struct Case {
    const char* name;
    Dialect dialect;
    std::function<void(Session&)> change;
  };
  auto ddl = [](const char* type) {
    return [type](Session& s) {
      s.script["old_ddl"] = s.script["new_ddl"] = {
          {"t", std::string("CREATE TABLE `t` (`a` int, `b` ") + type + ", PRIMARY KEY (`a`))"}};
    };
  };
  const Case cases[] = {
      {"no DATA BRANCH", test::v2_2, [](Session&) {}},
      {"before 3.0.5", parse_version("8.0.30-MatrixOne-v3.0.4"), [](Session&) {}},
      {"the table was truncated or made again", test::v4_2, [](Session& s) { s.script["new_id"] = {{"8"}}; }},
      {"the table is not in the own account", test::v4_2,
       [](Session& s) { s.script["old_id"] = s.script["new_id"] = {}; }},
      {"an enum hangs 3.0 for ever", test::v3_0, ddl("enum('x')")},
      {"a year panics 3.0", test::v3_0, ddl("YEAR")},
      {"a bit is empty in 3.0's", test::v3_0, ddl("bit(8)")},
      {"a decimal of more than 38 digits panics 3.0", test::v3_0, ddl("decimal(39,2)")},
      {"an enum comes as its ordinal", test::v4_2, ddl("enum('x')")},
      {"a set comes as its number", test::v4_2, ddl("set('x')")},
      {"3.0 refuses it in a transaction", test::v3_0, [](Session& s) { s.facts.in_transaction = true; }},
      {"3.0 refuses it after an ALTER", test::v3_0,
       [](Session& s) {
         s.script["old_ddl"] = {{"t", "CREATE TABLE `t` (`a` int, `b` varchar(9), PRIMARY KEY (`a`))"}};
       }},
      {"4.2 refuses it after a column was widened", test::v4_2,
       [](Session& s) {
         s.script["old_ddl"] = {{"t", "CREATE TABLE `t` (`a` int, `b` varchar(9), PRIMARY KEY (`a`))"}};
         s.script["new_ddl"] = {{"t", "CREATE TABLE `t` (`a` int, `b` varchar(99), PRIMARY KEY (`a`))"}};
       }},
      {"another account's snapshots", test::v4_2,
       [](Session& s) {
         s.script["first"] = {{"s1", "5", "account", "acc1", "", "", "1"}};
         s.script["second"] = {{"s2", "10", "account", "acc1", "", "", "1"}};
       }},
  };
  for (const Case& c : cases) {
    Session s = session(c.dialect);
    c.change(s);
    Plan plan = s.planned("SNAPSHOT DIFF s1 s2 TABLE d.t LIMIT 4");
    EXPECT_EQ(
        test::texts(plan),
        (Texts{
            "SELECT CAST(`a` AS CHAR), `a`, `b` FROM `d`.`t`{SNAPSHOT = 's1'} ORDER BY CAST(`a` AS CHAR)",
            "SELECT CAST(`a` AS CHAR), `a`, `b` FROM `d`.`t`{SNAPSHOT = 's2'} ORDER BY CAST(`a` AS CHAR)"}))
        << c.name;
    EXPECT_EQ(plan.answer.kind, AnswerKind::compare) << c.name;
    EXPECT_EQ(plan.answer.key_columns, 1U) << c.name;
    EXPECT_EQ(plan.answer.row_limit, 4U) << c.name;
    EXPECT_EQ(names(plan), (Texts{"flag", "a", "b"})) << c.name;
  }
}

TEST(PlanSnapshotDiff, InATransactionFourTakesTheNativeWay) {
  Session s = session();
  s.facts.in_transaction = true;
  EXPECT_EQ(test::texts(s.planned("SNAPSHOT DIFF s1 s2 TABLE d.t")), Texts{kNative});
}

TEST(PlanSnapshotDiff, WithoutAKeyEveryColumnThatCanBeOrderedIsOne) {
  Session s = session(test::v2_2);
  s.script["old_ddl"] = s.script["new_ddl"] = {{"t", "CREATE TABLE `t` (`a` int, `v` vecf32(3), `c` text)"}};
  Plan plan = s.planned("SNAPSHOT DIFF s1 s2 TABLE d.t");
  EXPECT_EQ(
      plan.steps.at(0).native_sql,
      "SELECT CAST(`a` AS CHAR), CAST(`c` AS CHAR), `a`, `v`, `c` FROM `d`.`t`{SNAPSHOT = 's1'} ORDER BY "
      "CAST(`a` AS CHAR), CAST(`c` AS CHAR)");
  EXPECT_EQ(plan.answer.key_columns, 2U);
}

TEST(PlanSnapshotDiff, AColumnThatWasNotThereIsNull) {
  Session s = session();
  s.script["new_id"] = {{"8"}};
  s.script["new_ddl"] = {{"t", "CREATE TABLE `t` (`a` int, `c` int, PRIMARY KEY (`a`))"}};
  Plan plan = s.planned("SNAPSHOT DIFF s1 s2 TABLE d.t");
  EXPECT_EQ(
      plan.steps.at(0).native_sql,
      "SELECT CAST(`a` AS CHAR), `a`, NULL AS `c` FROM `d`.`t`{SNAPSHOT = 's1'} ORDER BY CAST(`a` AS CHAR)");
  EXPECT_EQ(plan.steps.at(1).native_sql,
            "SELECT CAST(`a` AS CHAR), `a`, `c` FROM `d`.`t`{SNAPSHOT = 's2'} ORDER BY CAST(`a` AS CHAR)");
}

TEST(PlanSnapshotDiff, NoStatementReadsTwoSnapshots) {
  for (const Dialect& dialect : {test::v2_2, test::v3_0, test::v4_2}) {
    Session s = session(dialect);
    s.script["new_id"] = {{"8"}};
    for (const Step& step : s.planned("SNAPSHOT DIFF s1 s2 TABLE d.t").steps)
      EXPECT_EQ(step.native_sql.find("SNAPSHOT"), step.native_sql.rfind("SNAPSHOT")) << step.native_sql;
  }
}

TEST(PlanSnapshotDiff, SystemDatabasesAreReadUnderTheSessionsRights) {
  Session s = session(test::v3_0);
  s.script["first"] = {{"s1", "5", "cluster", "", "", "", "1"}};
  s.script["second"] = {{"s2", "10", "account", "sys", "", "", "0"}};
  Plan plan = s.planned("SNAPSHOT DIFF s1 s2 TABLE mo_catalog.mo_user");
  EXPECT_EQ(plan.answer.kind, AnswerKind::compare);
}

TEST(PlanSnapshotDiff, RefusesWhatCannotBeCompared) {
  Session s = session();
  s.script["second"] = {};
  EXPECT_EQ(s.refused("SNAPSHOT DIFF s1 s2 TABLE d.t").message,
            "internal error: find 0 snapshot records by name(s2), expect only 1");
  s = session();
  s.script["second"] = {{"s2", "10", "account", "acc1", "", "", "1"}};
  EXPECT_NE(s.refused("SNAPSHOT DIFF s1 s2 TABLE d.t").message.find("snapshots of two accounts"),
            std::string::npos);
  EXPECT_EQ(
      session(test::v3_0).refused("SNAPSHOT DIFF s1 s2 TABLE d.u").message,
      "internal error: tableName(u) does not match snapshot.tableName(t): snapshot s1 holds only table d.t");
  s = session();
  s.script["first"] = s.script["second"] = {{"s1", "5", "database", "sys", "d", "", "1"}};
  s.script["new_ddl"] = {{"v", "CREATE VIEW v AS SELECT 1"}};
  EXPECT_NE(s.refused("SNAPSHOT DIFF s1 s2 TABLE d.v").message.find("cannot read the definition"),
            std::string::npos);
  s = session();
  s.script["database"] = {{""}};
  EXPECT_EQ(s.refused("SNAPSHOT DIFF s1 s2 TABLE t").code, 1046);
}

}  // namespace
}  // namespace mogate::rewrite
