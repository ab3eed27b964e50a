// The plans as EXPLAIN GATEWAY prints them, for three generations of MatrixOne. MOGATE_UPDATE_GOLDEN=1
// rewrites the files.
#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace mogate::rewrite {
namespace {

using test::Cells;
using test::Script;

const Cells kCluster{{"s", "5", "cluster", "", "", "", "18446744073709551615"}};
const Cells kSys{{"s", "5", "account", "sys", "", "", "0"}};
const Cells kAcc1{{"s", "5", "account", "acc1", "", "", "1"}};
const Cells kDatabase{{"s", "5", "database", "sys", "d", "", "7"}};
const Cells kTable{{"s", "5", "table", "sys", "d", "t", "8"}};

constexpr char kKeyed[] = "CREATE TABLE `t` (`a` int NOT NULL, `b` varchar(20), PRIMARY KEY (`a`))";
constexpr char kEnum[] = "CREATE TABLE `t` (`a` int NOT NULL, `e` enum('x','y'), PRIMARY KEY (`a`))";
constexpr char kKeyless[] = "CREATE TABLE `t` (`a` int, `b` varchar(20))";

const Script kWorld{
    {"database", {{"d"}}},
    {"flush_databases", {{"d"}, {"a.b"}}},
    {"flush_tables", {{"d", "t", "101"}, {"d", "u v", "102"}}},
    {"rel_id", {{"100"}}},
    {"to_account", {{"9", "b"}}},
    {"databases", {{"d", ""}, {"e", ""}, {"mo_catalog", ""}, {"s", "subscription"}}},
    {"foreign_keys", {}},
    {"taken", {}},
    {"held", {{"d"}}},
    {"named", {}},
    {"snapshot", {{"s", "5", "account", "sys", "", "", "0"}}},
    {"first", {{"s1", "5", "table", "sys", "d", "t", "7"}}},
    {"second", {{"s2", "10", "table", "sys", "d", "t", "7"}}},
    {"old_ddl", {{"t", kKeyed}}},
    {"new_ddl", {{"t", kKeyed}}},
    {"old_id", {{"7"}}},
    {"new_id", {{"7"}}},
    {"task", {{"id", "n", "s", "k", "running", "", "{\n}", "now"}}},
    {"pitrs", {{"p", "2026-11-21 08:00:00", "", "account", "sys", "*", "*", "2", "h"}}},
    {"clock", {{"+05:00", "UTC", "1795233600", "2026-11-21 10:00:00.000000"}}},
    {"sources", {{"d", "t"}}},
    {"source_databases", {{"d"}}},
    {"scope_account", {{"acc1"}}},
    {"scope_database", {{"d"}}},
    {"scope_table", {{"t"}}},
};

struct Example {
  std::string sql;
  Script facts;  // instead of those of kWorld
};

struct Family {
  const char* name;
  std::vector<Example> examples;
};

void PrintTo(const Family& family, std::ostream* out) { *out << family.name; }

std::vector<Family> families() {
  const std::string to_new = " TO NEW ACCOUNT b ADMIN_NAME 'x' IDENTIFIED BY 'secret'";
  const Script missing{{"to_account", {}}};
  const std::string create =
      "CREATE CDC TASK n FROM 'mysql://root:secret@a:1' TO MATRIXONE 'mysql://root:secret@b:2' ";
  const std::string subscribe = "CREATE SUBSCRIPTION n DATABASE d FROM 'mysql://acc1#root:secret@a:1'";
  const Script none{{"task", {}}};
  const Script failed{
      {"task",
       {{"id", "n", "s", "k", "running", "", "{\n  \"d.t\": x(Failed, error: N:1:count),\n}", "now"}}}};
  auto of = [](const Cells& snapshot, Script more = {}) {
    more["snapshot"] = snapshot;
    return more;
  };
  return {
      {"flush",
       {{"FLUSH TABLE d.t", {}},
        {"FLUSH TABLES t, `u v` WITH CHECKPOINT", {}},
        {"FLUSH DATABASE d", {}},
        {"FLUSH TABLES", {}},
        {"FLUSH TABLE d.nope", {}}}},
      {"checkpoint",
       {{"CHECKPOINT", {}},
        {"INCREMENTAL CHECKPOINT TIMEOUT 30", {}},
        {"GLOBAL CHECKPOINT", {}},
        {"CHECKPOINT GLOBAL", {}}}},
      {"snapshot_create",
       {{"SNAPSHOT CLUSTER AS s WITH FLUSH", {}},
        {"SNAPSHOT ACCOUNT", {}},
        {"SNAPSHOT ACCOUNT acc1 AS s", {}},
        {"SNAPSHOT DATABASE d AS s WITH FLUSH", {}},
        {"SNAPSHOT TABLE t AS s", {}},
        {"SNAPSHOT TABLE t AS s", {{"named", kTable}}},
        {"SNAPSHOT CREATE IF NOT EXISTS s FOR TABLE d.t WITH FLUSH", {}}}},
      {"snapshot_show",
       {{"SNAPSHOT SHOW", {}},
        {"SNAPSHOT SHOW LIKE 'a%' TABLE d.t", {}},
        {"SNAPSHOT SHOW ACCOUNT acc1", {}}}},
      {"snapshot_drop",
       {{"SNAPSHOT DROP s", {}}, {"SNAPSHOT DROP s", of({})}, {"SNAPSHOT DROP IF EXISTS s", {}}}},
      {"snapshot_restore",
       {{"SNAPSHOT RESTORE s CLUSTER", of(kCluster)},
        {"SNAPSHOT RESTORE s", of(kSys)},
        {"SNAPSHOT RESTORE s ACCOUNT acc1", of(kCluster)},
        {"SNAPSHOT RESTORE s DATABASE d", of(kSys)},
        {"SNAPSHOT RESTORE s DATABASE d", of(kSys, {{"held", {}}})},
        {"SNAPSHOT RESTORE s TABLE d.t", of(kSys, {{"held", {}}})},
        {"SNAPSHOT RESTORE s", of(kTable)},
        {"SNAPSHOT RESTORE s TO ACCOUNT b", of(kAcc1)},
        {"SNAPSHOT RESTORE s TO ACCOUNT b", of(kSys)},
        {"SNAPSHOT RESTORE s TO ACCOUNT b", of(kDatabase)},
        {"SNAPSHOT RESTORE s TO ACCOUNT b", of(kTable, {{"taken", {{"d"}}}})},
        {"SNAPSHOT RESTORE s" + to_new, of(kSys, missing)},
        {"SNAPSHOT RESTORE s" + to_new + " WITH USERS", of(kAcc1, missing)},
        {"SNAPSHOT RESTORE s" + to_new,
         of(kSys, {{"to_account", {}}, {"foreign_keys", {{"e", "c", "d", "p"}}}})}}},
      {"restore",
       {{"RESTORE CLUSTER {SNAPSHOT = s}", of(kCluster)},
        {"RESTORE ACCOUNT `sys` FROM SNAPSHOT `s`", of(kSys)},
        {"RESTORE ACCOUNT `sys` DATABASE `d` TABLE `t` FROM SNAPSHOT `s`", of(kTable)},
        {"RESTORE DATABASE d {SNAPSHOT = 'S'}", of(kDatabase)},
        {"RESTORE TABLE d.t {SNAPSHOT = s}", of(kTable)},
        {"RESTORE ACCOUNT sys {SNAPSHOT = s} TO ACCOUNT b", of(kSys)},
        {"RESTORE ACCOUNT acc1 FROM SNAPSHOT s TO ACCOUNT b", of(kAcc1)}}},
      {"snapshot_diff",
       {{"SNAPSHOT DIFF s1 s2 TABLE t", {}},
        {"SNAPSHOT DIFF s1 s2 TABLE d.t LIMIT 10", {}},
        {"SNAPSHOT DIFF s1 s2 TABLE d.t", {{"old_ddl", {{"t", kEnum}}}, {"new_ddl", {{"t", kEnum}}}}},
        {"SNAPSHOT DIFF s1 s2 TABLE d.t",
         {{"old_ddl", {{"t", kKeyless}}}, {"new_ddl", {{"t", kKeyless}}}, {"new_id", {{"8"}}}}}}},
      {"cdc_task_create",
       {{create + "TABLE d.t:d2.t2", none},
        {create + "DATABASE d:d2 OPTIONS (NoFull = true)", none},
        {create + "ACCOUNT", none},
        {create + "TABLE d.t WITH PITR", {{"task", {}}, {"pitrs", {}}}},
        {create + "TABLE d.t", {{"task", {}}, {"pitrs", {}}}},
        {create + "TABLE d.t", {}}}},
      {"cdc_tasks_show", {{"SHOW CDC TASKS", {}}, {"SHOW CDC TASKS LIKE 'a%'", {}}}},
      {"cdc_task_change",
       {{"PAUSE CDC TASK n WAIT 20", {}},
        {"PAUSE CDC TASK n", failed},
        {"RESUME CDC TASK n", {{"task", {{"id", "n", "s", "k", "paused", "", "{\n}", "now"}}}}},
        {"RESUME CDC TASK n", failed},
        {"RESTART CDC TASK n WAIT 20", {}},
        {"RESTART CDC TASK n", failed},
        {"DROP CDC TASK n WAIT 5", {}},
        {"DROP CDC TASK IF EXISTS n", none}}},
      {"subscription_create",
       {{subscribe, {}},
        {subscribe + " SYNC_INTERVAL = 5", {}},
        {"CREATE SUBSCRIPTION n DATABASE d TABLE t FROM 'mysql://root:secret@a:1' ENGINE LOGICAL WAIT 60",
         {}},
        {subscribe + " ENGINE = PHYSICAL", {}},
        {"CREATE SUBSCRIPTION n DATABASE d FROM 'mysql://sys#root:secret@a:1' ENGINE = PHYSICAL", {}},
        {"CREATE SUBSCRIPTION n DATABASE d TABLE t FROM 'mysql://root:secret@a:1' ENGINE = PHYSICAL", {}},
        {subscribe + " ENGINE PHYSICAL SYNC_INTERVAL 9", {}},
        {"CREATE SUBSCRIPTION n DATABASE mo_catalog FROM 'mysql://root:secret@a:1'", {}},
        {"CREATE SUBSCRIPTION n DATABASE d FROM 'mysql://root:secret@a'", {}}}},
      {"subscription_change",
       {{"PAUSE SUBSCRIPTION n", {}},
        {"RESUME SUBSCRIPTION n WAIT 10", {}},
        {"SYNC SUBSCRIPTION n", {}},
        {"SYNC SUBSCRIPTION n VERIFY", {}},
        {"ALTER SUBSCRIPTION n SET SYNC_INTERVAL = 5", {}},
        {"DROP SUBSCRIPTION IF EXISTS n", {}}}},
      {"subscriptions_show",
       {{"SHOW SUBSCRIPTIONS", {}},
        {"SHOW SUBSCRIPTIONS LIKE 'a%'", {}},
        {"SHOW SUBSCRIPTION TASKS", {}},
        {"SHOW SUBSCRIPTION TASKS FOR n", {}}}},
      {"pitr",
       {{"CREATE PITR n FOR TABLE t RANGE 2 HOURS", {}},
        {"CREATE PITR p FOR TABLE t RANGE 2 HOURS", {}},
        {"CREATE PITR n RANGE 2 HOURS", {}},
        {"CREATE PITR IF NOT EXISTS p FOR TABLE t RANGE 2 HOURS", {}},
        {"ALTER PITR p RANGE 3 DAYS", {}},
        {"ALTER PITR n RANGE 3 DAYS", {}},
        {"SHOW PITR LIKE 'p%' DATABASE d", {}}}},
      {"pitr_restore",
       {{"SNAPSHOT RESTORE p AT '2026-11-21 09:00:00'", {}},
        {"SNAPSHOT RESTORE p DATABASE d AT '2026-11-21 09:00:00'", {}},
        {"SNAPSHOT RESTORE p TABLE d.t AT '2026-11-21 09:00:00'", {}},
        {"RESTORE DATABASE d TABLE t FROM PITR p '2026-11-21 04:00:00'", {}},
        {"SNAPSHOT RESTORE p CLUSTER AT '2026-11-21 09:00:00'", {}}}},
      {"mysql_forms",
       {{"FLUSH STATUS, LOGS", {}},
        {"SHOW MASTER STATUS", {}},
        {"SHOW BINARY LOG STATUS", {}},
        {"SHOW SLAVE STATUS", {}},
        {"SHOW REPLICA STATUS", {}},
        {"ROLLBACK TO SAVEPOINT a", {}}}},
      {"gateway",
       {{"SHOW GATEWAY STATUS", {}},
        {"SHOW GATEWAY SESSIONS", {}},
        {"SHOW GATEWAY OPERATIONS", {}},
        {"SHOW GATEWAY BACKENDS", {}},
        {"SHOW GATEWAY DIGESTS", {}},
        {"SHOW GATEWAY METRICS", {}},
        {"KILL QUERY 5", {}}}},
  };
}

std::string line(const std::vector<std::optional<std::string>>& cells) {
  std::string out;
  for (const auto& cell : cells) out += (out.empty() ? "" : " | ") + cell.value_or("NULL");
  return out + "\n";
}

std::string explained(const Plan& plan) {
  std::string out;
  for (const auto& row : explain_rows(plan).rows) out += line(row);
  std::string columns;
  for (const auto& c : plan.answer.columns) columns += (columns.empty() ? "" : ", ") + c.name;
  if (!columns.empty()) out += "columns: " + columns + "\n";
  if (!plan.answer.info.empty()) out += "info: " + plan.answer.info + "\n";
  EXPECT_EQ(out.find("secret"), std::string::npos) << out;
  return out;
}

std::string text_of(const Family& family, const Dialect& dialect) {
  std::string out;
  for (const Example& example : family.examples) {
    test::Session session;
    session.dialect = dialect;
    session.script = kWorld;
    for (const auto& [key, cells] : example.facts) session.script[key] = cells;
    Planned planned = session.plan(example.sql);
    out += (out.empty() ? "> " : "\n> ") + example.sql + "\n";
    for (const auto& question : session.asked) out += "? " + question + "\n";
    if (const auto* error = std::get_if<protocol::SqlError>(&planned))
      out += "! " + std::to_string(error->code) + " " + error->message + "\n";
    else
      out += explained(std::get<Plan>(planned));
  }
  return out;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

class GoldenPlans : public testing::TestWithParam<Family> {};

TEST_P(GoldenPlans, AreAsWrittenDown) {
  const std::pair<const char*, const Dialect&> versions[] = {
      {"2.2", test::v2_2}, {"3.0", test::v3_0}, {"4.2", test::v4_2}};
  for (const auto& [version, dialect] : versions) {
    std::string path = std::string(MOGATE_GOLDEN_DIR) + "/plans/" + GetParam().name + "." + version + ".txt";
    std::string text = text_of(GetParam(), dialect);
    if (std::getenv("MOGATE_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << text;
    EXPECT_EQ(text, read_file(path)) << path;
  }
}

INSTANTIATE_TEST_SUITE_P(, GoldenPlans, testing::ValuesIn(families()),
                         [](const auto& family) { return std::string(family.param.name); });

}  // namespace
}  // namespace mogate::rewrite
