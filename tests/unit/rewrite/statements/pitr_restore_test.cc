#include "rewrite/statements/pitr_restore.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using Texts = std::vector<std::string>;

constexpr char kMade[] = "2026-11-21 08:00:00";
constexpr char kNow[] = "2026-11-21 10:00:00.123456";

test::Cells pitr(const char* level, const char* account, const char* database, const char* table) {
  return {{"p", kMade, kMade, level, account, database, table, "2", "h"}};
}

test::Session session_of(test::Cells pitrs) {
  test::Session s;
  s.script = {{"pitrs", std::move(pitrs)},
              {"clock", {{"SYSTEM", "CST", "1795233600.5", kNow}}},
              {"database", {{"d"}}},
              {"rel_id", {{"7"}}}};
  return s;
}

const test::Cells kAccount = pitr("account", "sys", "*", "*");

TEST(PitrRestore, BecomesRestoreFromPitr) {
  struct Case {
    const char* sql;
    test::Cells pitrs;
    const char* native;
  };
  const Case cases[] = {
      {"SNAPSHOT RESTORE p AT '2026-11-21 09:00:00'", kAccount,
       "RESTORE FROM PITR `p` '2026-11-21 09:00:00'"},
      {"SNAPSHOT RESTORE p DATABASE d AT '2026-11-21 09:00:00.5'", kAccount,
       "RESTORE DATABASE `d` FROM PITR `p` '2026-11-21 09:00:00.5'"},
      {"SNAPSHOT RESTORE p DATABASE d TABLE t AT '2026-11-21 09:00:00'", kAccount,
       "RESTORE DATABASE `d` TABLE `t` FROM PITR `p` '2026-11-21 09:00:00'"},
      {"SNAPSHOT RESTORE p TABLE t AT '2026-11-21 09:00:00'", kAccount,
       "RESTORE DATABASE `d` TABLE `t` FROM PITR `p` '2026-11-21 09:00:00'"},
      {"SNAPSHOT RESTORE p AT '2026-11-21 09:00:00'", pitr("table", "sys", "d", "t"),
       "RESTORE DATABASE `d` TABLE `t` FROM PITR `p` '2026-11-21 09:00:00'"},
      {"SNAPSHOT RESTORE p CLUSTER AT '2026-11-21 09:00:00'", pitr("cluster", "*", "*", "*"),
       "RESTORE CLUSTER FROM PITR `p` '2026-11-21 09:00:00'"},
      {"SNAPSHOT RESTORE p ACCOUNT acc1 AT '2026-11-21 09:00:00'", pitr("account", "acc1", "*", "*"),
       "RESTORE ACCOUNT `acc1` FROM PITR `p` '2026-11-21 09:00:00'"},
      {"RESTORE FROM PITR P '2026-11-21 09:00:00'", kAccount, "RESTORE FROM PITR `p` '2026-11-21 09:00:00'"},
      {"RESTORE DATABASE d TABLE t FROM PITR p \"2026-11-21 09:00:00\"", kAccount,
       "RESTORE DATABASE `d` TABLE `t` FROM PITR `p` '2026-11-21 09:00:00'"},
  };
  for (const Case& c : cases) {
    Plan plan = session_of(c.pitrs).planned(c.sql);
    ASSERT_FALSE(plan.steps.empty()) << c.sql;
    EXPECT_EQ(plan.steps[0].native_sql, c.native) << c.sql;
    EXPECT_TRUE(plan.steps[0].under_deadline) << c.sql;
    bool table = plan.steps[0].native_sql.find("TABLE") != std::string::npos;
    EXPECT_EQ(plan.steps.size(), table ? 2U : 1U) << c.sql;
    if (table) {
      EXPECT_EQ(plan.steps[1].expect, Expect::changed_table) << c.sql;
    }
  }
}

TEST(PitrRestore, TheTimeIsTheSessionsAndMatrixOneReadsItInItsOwnZone) {
  auto s = session_of(kAccount);
  s.script["clock"] = {{"+05:00", "UTC", "1795233600.500000", kNow}};
  EXPECT_EQ(test::texts(s.planned("SNAPSHOT RESTORE p AT '2026-11-21 09:00:00.5'")),
            Texts{"RESTORE FROM PITR `p` '2026-11-21 04:00:00.500000'"});
  s.script["clock"] = {{"+05:00", "CST", "1795233600", kNow}};
  s.facts.reads.clear();
  EXPECT_NE(s.refused("SNAPSHOT RESTORE p AT '2026-11-21 09:00:00'").message.find("time_zone = 'SYSTEM'"),
            std::string::npos);
  s.facts.reads.clear();
  EXPECT_EQ(test::texts(s.planned("RESTORE FROM PITR p '2026-11-21 09:00:00'")),
            Texts{"RESTORE FROM PITR `p` '2026-11-21 09:00:00'"});
}

TEST(PitrRestore, RefusesBeforeAnythingIsSent) {
  struct Case {
    const char* sql;
    test::Cells pitrs;
    int code;
    const char* says;
  };
  const Case cases[] = {
      {"SNAPSHOT RESTORE q AT '2026-11-21 09:00:00'", kAccount, 20101, "pitr q does not exist"},
      {"SNAPSHOT RESTORE p AT 'yesterday'", kAccount, 20301, "'yesterday' is no time"},
      {"SNAPSHOT RESTORE p AT '2026-11-21'", kAccount, 20301, "is no time"},
      {"SNAPSHOT RESTORE p AT '2026-11-21 09:00:00.'", kAccount, 20301, "is no time"},
      {"SNAPSHOT RESTORE p AT '2026-11-21 09:00:00.1234567'", kAccount, 20301, "is no time"},
      {"SNAPSHOT RESTORE p AT '2030-01-01 00:00:00'", kAccount, 20101, "later than now"},
      {"SNAPSHOT RESTORE p AT '2020-01-01 00:00:00'", kAccount, 20101, "before pitr p was made"},
      {"SNAPSHOT RESTORE p DATABASE e AT '2026-11-21 09:00:00'", pitr("database", "sys", "d", "*"), 20101,
       "does not cover"},
      {"SNAPSHOT RESTORE p CLUSTER AT '2026-11-21 09:00:00'", kAccount, 20101, "does not cover"},
      {"SNAPSHOT RESTORE p AT '2026-11-21 09:00:00'", pitr("database", "acc1", "d", "*"), 20101, "own admin"},
      {"SNAPSHOT RESTORE p ACCOUNT acc1 AT '2026-11-21 09:00:00'", pitr("cluster", "*", "*", "*"), 20101,
       "only the whole cluster"},
  };
  for (const Case& c : cases) {
    auto error = session_of(c.pitrs).refused(c.sql);
    EXPECT_EQ(error.code, c.code) << c.sql;
    EXPECT_NE(error.message.find(c.says), std::string::npos) << c.sql << ": " << error.message;
  }
}

TEST(PitrRestore, IsRefusedWhereNothingCouldEndItAndToOthers) {
  auto s = session_of(kAccount);
  s.facts.can_kill = false;
  EXPECT_NE(s.refused("SNAPSHOT RESTORE p AT '2026-11-21 09:00:00'").message.find("[service]"),
            std::string::npos);
  auto user = session_of(kAccount);
  user.facts.identity = test::acc_user;
  EXPECT_EQ(user.refused("SNAPSHOT RESTORE p AT '2026-11-21 09:00:00'").code, 20101);
  auto admin = session_of(kAccount);
  admin.facts.identity = test::acc_admin;
  EXPECT_NE(admin.refused("SNAPSHOT RESTORE p AT '2026-11-21 09:00:00'").message.find("sys"),
            std::string::npos);
  auto open = session_of(kAccount);
  open.facts.in_transaction = true;
  EXPECT_NE(open.refused("RESTORE FROM PITR p '2026-11-21 09:00:00'").message.find("in a transaction"),
            std::string::npos);
}

TEST(PitrRestore, LeavesRarerNativeFormsToMatrixOne) {
  for (const char* sql : {"RESTORE ACCOUNT a DATABASE d FROM PITR p '2026-11-21 09:00:00'",
                          "RESTORE ACCOUNT a FROM PITR p '2026-11-21 09:00:00' AS b"})
    EXPECT_TRUE(std::holds_alternative<NotOurs>(test::parse_sql(sql))) << sql;
}

TEST(PitrRestore, WritesAMomentInUtc) {
  for (auto [seconds, text] :
       {std::pair{"0", "1970-01-01 00:00:00"}, std::pair{"1795287732.266468", "2026-11-21 19:02:12.266468"},
        std::pair{"951782400", "2000-02-29 00:00:00"}, std::pair{"x", ""}, std::pair{"", ""}})
    EXPECT_EQ(utc_text(seconds), text);
}

}  // namespace
}  // namespace mogate::rewrite
