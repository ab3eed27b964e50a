#include "rewrite/subscription/ccpr.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

Subscription subscription(std::string table = {}) {
  Subscription s;
  s.id = 3;
  s.uid = "0123456789ab";
  s.database = "d";
  s.table = std::move(table);
  s.interval_s = 60;
  return s;
}

constexpr char kTask[] = "c0045bec-699c-47fe-b548-6cd7301f55f1";

ccpr::Task task(std::uint64_t lsn) {
  ccpr::Task t;
  t.id = kTask;
  t.lsn = lsn;
  t.watermark = 1795219326637328219;
  return t;
}

TEST(CcprStatements, AreOfADatabaseOrATable) {
  auto whole = subscription(), one = subscription("t");
  EXPECT_EQ(ccpr::create_publication(whole),
            "create publication mogate_0123456789ab database `d` account all");
  EXPECT_EQ(ccpr::create_publication(one),
            "create publication mogate_0123456789ab database `d` table `t` account all");
  EXPECT_EQ(ccpr::subscribe(whole, "mysql://sys#u:it's@h:1"),
            "create database `d` from 'mysql://sys#u:it''s@h:1' sys publication mogate_0123456789ab sync "
            "interval 60");
  EXPECT_TRUE(ccpr::subscribe(one, "x").starts_with("create table `d`.`t` from 'x' sys publication mogate_"));
  EXPECT_EQ(ccpr::create_snapshot(whole, task(7)),
            "create snapshot if not exists `ccpr_c0045bec-699c-47fe-b548-6cd7301f55f1_7` for database `d` "
            "from sys publication mogate_0123456789ab");
  EXPECT_NE(ccpr::create_snapshot(one, task(7)).find(" for table `d` `t` from sys"), std::string::npos);
}

struct UriCase {
  const char* name;
  ccpr::Source source;
  const char* expected;  // the uri, or what stands in the error
};

class CcprUri : public testing::TestWithParam<UriCase> {};

TEST_P(CcprUri, IsAsMatrixOneReadsIt) {
  auto made = ccpr::uri(GetParam().source);
  auto* error = std::get_if<protocol::SqlError>(&made);
  auto text = error ? error->message : std::get<0>(made);
  EXPECT_EQ(error != nullptr,
            std::string_view(GetParam().expected).find("mysql://") == std::string_view::npos);
  EXPECT_NE(text.find(GetParam().expected), std::string::npos) << text;
  EXPECT_EQ(text.find("pass@word"), std::string::npos) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Logins, CcprUri,
    testing::Values(UriCase{"hash", {"sys#root", "111", "h", 6001}, "mysql://sys#root:111@h:6001"},
                    UriCase{"colon", {"sys:root", "111", "h", 6001}, "mysql://sys#root:111@h:6001"},
                    UriCase{"no_account", {"root", "1:1/#", "h", 6001}, "mysql://sys#root:1:1/#@h:6001"},
                    UriCase{"at_in_password", {"root", "pass@word", "h", 6001}, "password with an '@'"},
                    UriCase{"role", {"sys#root:role", "111", "h", 6001}, "user name with a role"},
                    UriCase{"ipv6", {"root", "111", "::1", 6001}, "IPv6 address"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(CcprNames, AreRefusedWithBlanks) {
  auto s = subscription("my table");
  EXPECT_TRUE(ccpr::refuse_names(s));
  s.table = "my_table";
  EXPECT_FALSE(ccpr::refuse_names(s));
}

TEST(CcprTasks, AreReadFromTheLog) {
  Rows rows;
  rows.rows.push_back({kTask, "0", "1", "53", "1795219326637328219", "", "0"});
  rows.rows.push_back({"a", "1", "3", "2", "0", "N:1795220606:no", "0"});
  rows.rows.push_back({"b", "2", "2", "2", "0", std::nullopt, "0"});
  rows.rows.push_back({"c", "3", "2", "2", "0", std::nullopt, "1"});
  auto tasks = ccpr::read_tasks(rows);
  ASSERT_EQ(tasks.size(), 4U);
  auto first = task(53);
  first.iterating = true;
  EXPECT_EQ(tasks[0], first);
  EXPECT_EQ(tasks[1].state, ccpr::TaskState::error);
  EXPECT_EQ(tasks[1].error, "N:1795220606:no");
  EXPECT_EQ(tasks[2].state, ccpr::TaskState::paused);
  EXPECT_EQ(tasks[3].state, ccpr::TaskState::dropped);
}

TEST(CcprErrors, LoseTheirFields) {
  EXPECT_EQ(ccpr::error_text("N:1795220606:internal error: no: such"), "internal error: no: such");
  EXPECT_EQ(ccpr::error_text("R:3:1795220606:1795220706:dial tcp: refused"), "dial tcp: refused");
  EXPECT_EQ(ccpr::error_text("N:odd"), "N:odd");
  EXPECT_EQ(ccpr::error_text("plain: text"), "plain: text");
}

TEST(CcprSnapshots, AreReadByNumber) {
  Rows rows;
  rows.rows.push_back({ccpr::snapshot_name(kTask, 9), "17"});
  rows.rows.push_back({ccpr::snapshot_name(kTask, 10), "18"});
  std::map<std::uint64_t, std::uint64_t> expected{{9, 17}, {10, 18}};
  EXPECT_EQ(ccpr::read_snapshots(rows), expected);
}

TEST(Checkpoint, IsMadeIfItSaysSo) {
  Rows made, not_made;
  made.rows.push_back(
      {"{\n  \"method\": \"Checkpoint\",\n  \"result\": [\n    {\n      \"returnStr\": \"OK\"\n }]}"});
  not_made.rows.push_back({R"({"method": "Checkpoint", "result": []})"});
  EXPECT_TRUE(ccpr::was_checkpoint(made));
  EXPECT_FALSE(ccpr::was_checkpoint(not_made));
  EXPECT_FALSE(ccpr::was_checkpoint({}));
}

TEST(AppliedTasks, NeverGoBack) {
  auto sql = ccpr::note_applied(subscription(), task(54), "me");
  EXPECT_NE(sql.find("snapshot_name = 'ccpr_c0045bec-699c-47fe-b548-6cd7301f55f1_53'"), std::string::npos);
  EXPECT_TRUE(sql.ends_with(
      " where task_id = 3 and iteration_state <> 4 and watermark <= '2026-11-21 00:02:06.637328'"))
      << sql;
}

SyncTask row(std::uint32_t id, std::uint64_t table_id, std::string name,
             IterationState state = IterationState::complete) {
  SyncTask t;
  t.id = id;
  t.table_id = table_id;
  t.table = std::move(name);
  t.state = state;
  return t;
}

TEST(TaskRows, FollowTheTablesUpstream) {
  std::vector<SyncTask> known{row(1, 7, "same"), row(2, 8, "truncated"), row(3, 9, "renamed"),
                              row(4, 5, "gone"), row(5, 4, "long_gone", IterationState::cancel)};
  std::vector<UpstreamTable> tables{{1, 7, 0, "same"}, {1, 10, 0, "truncated"}, {1, 9, 1, "other"}};
  auto changes = ccpr::compare_tables(subscription(), known, tables);
  std::string text;
  for (const auto& t : changes.gone) text += "-" + std::to_string(t.id) + " ";
  for (const auto& t : changes.added) text += "+" + t.table + ":" + std::to_string(t.table_id) + " ";
  EXPECT_EQ(text, "-2 -3 -4 +truncated:10 +other:9 ");
  EXPECT_EQ(changes.added[0].subscription, 3U);
  EXPECT_EQ(changes.added[0].database, "d");
}

}  // namespace
}  // namespace mogate::rewrite
