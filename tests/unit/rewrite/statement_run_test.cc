#include "rewrite/statement_run.h"

#include "tests/unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

#include <chrono>

namespace mogate::rewrite {
namespace {

using namespace test;

constexpr char kNewAccount[] =
    "SNAPSHOT RESTORE s ACCOUNT acc1 TO NEW ACCOUNT b ADMIN_NAME 'boss' IDENTIFIED BY 'pw'";

// Drives a run as a session does. `fails`: which of the queries the server refuses, counted from 0.
struct Server {
  Script facts;
  std::vector<std::size_t> fails;
  std::vector<std::string> got;

  Result drive(StatementRun& run) {
    std::map<std::string, std::string> keys;
    while (auto query = run.next()) {
      std::size_t at = got.size();
      got.emplace_back(query->sql);
      QueryAnswer answer;
      if (std::find(fails.begin(), fails.end(), at) != fails.end())
        answer.error = protocol::SqlError{20101, "internal error: no", {}};
      else
        answer = answer_to(query->sql);
      run.answered(std::move(answer), std::chrono::milliseconds(7));
    }
    return std::move(run.result());
  }

  QueryAnswer answer_to(std::string_view sql) {
    QueryAnswer answer;
    for (const auto& [part, cells] : facts)
      if (sql.find(part) != std::string_view::npos) answer.rows = rows(cells);
    return answer;
  }
};

const Script kAccountSnapshot = {
    {"FROM mo_catalog.mo_snapshots", {{"s", "5", "account", "acc1", "", "", "1"}}},
    {"FROM mo_catalog.mo_database", {{"d", ""}, {"e", ""}}},
};

Result run_on(Server& server, std::string_view sql, const Dialect& dialect = v4_2) {
  Statement statement = statement_of(sql, dialect);
  StatementRun run(statement, dialect, facts_of(sys_admin));
  return server.drive(run);
}

std::size_t index_of(const std::vector<std::string>& all, std::string_view begin) {
  std::size_t i = 0;
  while (i < all.size() && !all[i].starts_with(begin)) ++i;
  return i;
}

TEST(StatementRun, reads_facts_and_then_runs_the_steps_in_order) {
  Server server{kAccountSnapshot, {}, {}};
  Result result = run_on(server, kNewAccount);
  EXPECT_FALSE(result.error) << result.error->message;
  EXPECT_EQ(result.kind, Result::Kind::ok);
  std::size_t create = index_of(server.got, "CREATE ACCOUNT");
  ASSERT_EQ(server.got.size(), create + 4);
  for (std::size_t i = 0; i < create; ++i) EXPECT_TRUE(server.got[i].starts_with("SELECT")) << server.got[i];
  EXPECT_TRUE(server.got[create + 1].starts_with("CREATE DATABASE `d`"));
  EXPECT_TRUE(server.got[create + 2].starts_with("CREATE DATABASE `e`"));
  EXPECT_TRUE(server.got[create + 3].starts_with("ALTER ACCOUNT"));
}

TEST(StatementRun, a_step_that_fails_undoes_those_before_it) {
  Server whole{kAccountSnapshot, {}, {}};
  run_on(whole, kNewAccount);
  std::size_t create = index_of(whole.got, "CREATE ACCOUNT");
  for (std::size_t step = 0; step < 4; ++step) {
    Server server{kAccountSnapshot, {create + step}, {}};
    Result result = run_on(server, kNewAccount);
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->code, 20101);
    bool undone = server.got.back().starts_with("DROP ACCOUNT");
    EXPECT_EQ(undone, step != 0) << server.got.back();
    EXPECT_EQ(result.error->message.find("undone") != std::string::npos, undone) << result.error->message;
  }
}

TEST(StatementRun, an_undo_that_fails_is_named_with_what_to_run_by_hand) {
  Server whole{kAccountSnapshot, {}, {}};
  run_on(whole, kNewAccount);
  std::size_t create = index_of(whole.got, "CREATE ACCOUNT");
  Server server{kAccountSnapshot, {create + 1, create + 2}, {}};
  Result result = run_on(server, kNewAccount);
  ASSERT_TRUE(result.error);
  EXPECT_NE(result.error->message.find("failed too"), std::string::npos) << result.error->message;
  EXPECT_NE(result.error->message.find("DROP ACCOUNT"), std::string::npos) << result.error->message;
}

// Runs it up to step `step` of the plan.
void advance(StatementRun& run, Server& server, std::size_t step) {
  while (run.reading() || (run.next() && run.next()->step < step))
    run.answered(server.answer_to(run.next()->sql), {});
}

TEST(StatementRun, one_that_is_interrupted_begins_nothing_further_and_undoes_what_it_did) {
  for (std::size_t step = 0; step < 4; ++step) {
    Server server{kAccountSnapshot, {}, {}};
    Statement statement = statement_of(kNewAccount);
    StatementRun run(statement, v4_2, facts_of(sys_admin));
    advance(run, server, step);
    run.interrupt({1317, "interrupted", {}});
    EXPECT_EQ(run.undoing(), step != 0);
    if (run.undoing()) {
      EXPECT_EQ(run.next()->sql, "DROP ACCOUNT `b`");
    }
    Result result = server.drive(run);
    ASSERT_TRUE(result.error);
    EXPECT_EQ(result.error->code, 1317);
    EXPECT_EQ(result.error->message.find("was not begun") != std::string::npos, step != 0)
        << result.error->message;
  }
}

TEST(StatementRun, one_that_lost_its_connection_may_be_undone_over_another) {
  for (bool connected : {true, false}) {
    Server server{kAccountSnapshot, {}, {}};
    Statement statement = statement_of(kNewAccount);
    StatementRun run(statement, v4_2, facts_of(sys_admin));
    advance(run, server, 1);
    run.lose({2013, "lost", {}});
    ASSERT_TRUE(run.undoing());
    EXPECT_EQ(run.next()->sql, "DROP ACCOUNT `b`");
    if (connected)
      run.answered({}, {});
    else
      run.lose({2003, "no connection", {}});
    EXPECT_FALSE(run.next());
    const std::string& says = run.result().error->message;
    EXPECT_NE(says.find("it is not known whether step 2 of 4 was done"), std::string::npos) << says;
    EXPECT_NE(says.find(connected ? "step 1 was undone" : "no connection; run DROP ACCOUNT `b`"),
              std::string::npos)
        << says;
  }
}

TEST(StatementRun, a_read_that_fails_ends_it_with_nothing_sent_but_reads) {
  Server server{kAccountSnapshot, {0}, {}};
  Result result = run_on(server, kNewAccount);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->message, "internal error: no");
  EXPECT_EQ(server.got.size(), 1U);
}

TEST(StatementRun, what_cannot_be_planned_sends_nothing) {
  Statement statement = statement_of("SNAPSHOT CREATE s FOR CLUSTER");
  StatementRun run(statement, v4_2, facts_of(acc_admin));
  EXPECT_FALSE(run.next());
  EXPECT_EQ(run.plan(), nullptr);
  ASSERT_TRUE(run.result().error);
  EXPECT_EQ(run.result().error->code, 20101);
}

TEST(StatementRun, mo_ctl_steps_become_rows_with_their_time) {
  Server server{
      {{"mo_ctl", {{"{\"method\": \"Checkpoint\", \"result\": [{\"returnStr\": \"OK\"}]}"}}}}, {}, {}};
  Result result = run_on(server, "CHECKPOINT");
  ASSERT_FALSE(result.error) << result.error->message;
  EXPECT_EQ(result.kind, Result::Kind::rows);
  EXPECT_EQ(result.rows.rows, (Cells{{"Checkpoint", "cluster", "OK", "7"}}));
}

TEST(StatementRun, an_answer_other_than_the_expected_one_is_a_failure) {
  Server server{{{"mo_ctl", {{"{\"method\": \"Checkpoint\", \"result\": []}"}}}}, {}, {}};
  EXPECT_TRUE(run_on(server, "CHECKPOINT").error);
}

TEST(StatementRun, only_a_restore_runs_under_the_deadline) {
  Script script{{"FROM mo_catalog.mo_snapshots", {{"s", "5", "account", "sys", "", "", "0"}}}};
  Statement statement = statement_of("SNAPSHOT RESTORE s");
  StatementRun run(statement, v4_2, facts_of(sys_admin));
  while (run.reading()) {
    EXPECT_FALSE(run.next()->under_deadline);
    run.answered({{}, rows(script.begin()->second), {}}, {});
  }
  ASSERT_TRUE(run.next());
  EXPECT_TRUE(run.next()->under_deadline);
}

// A run of PAUSE CDC TASK n WAIT 5 that has sent PAUSE.
struct Paused {
  Statement statement = statement_of("PAUSE CDC TASK n WAIT 5");
  StatementRun run{statement, v4_2, facts_of(sys_admin)};

  static QueryAnswer state(const char* state) {
    return {{}, rows({{"id", "n", "", "", state, "", "", ""}}), {}};
  }
  static QueryAnswer refused(const char* text) { return {protocol::SqlError{20101, text, {}}, {}, {}}; }
  Paused() { run.answered(state("running"), {}); }
};

TEST(StatementRun, sends_a_step_again_as_long_as_its_error_passes) {
  Paused p;
  EXPECT_EQ(p.run.next()->sql, "PAUSE CDC TASK `n`");
  EXPECT_EQ(p.run.next()->pause.count(), 0);
  p.run.answered(Paused::refused("Task n status can not be change, now it is Created"), {});
  EXPECT_EQ(p.run.next()->sql, "PAUSE CDC TASK `n`");
  EXPECT_GT(p.run.next()->pause.count(), 0);
  p.run.answered(Paused::refused("Task n status can not be change, now it is PauseRequested"), {});
  EXPECT_EQ(p.run.next()->sql, "SHOW CDC TASK `n`");
  EXPECT_EQ(p.run.next()->pause.count(), 0);
  p.run.answered(Paused::state("pausing"), {});
  EXPECT_EQ(p.run.next()->sql, "SHOW CDC TASK `n`");
  p.run.answered(Paused::state("paused"), {});
  EXPECT_FALSE(p.run.next());
  EXPECT_FALSE(p.run.result().error);
}

TEST(StatementRun, an_error_that_does_not_pass_ends_it_at_once) {
  Paused p;
  p.run.answered(Paused::refused("internal error: no cdc task found"), {});
  EXPECT_FALSE(p.run.next());
  EXPECT_EQ(p.run.result().error->message, "internal error: no cdc task found");
}

TEST(StatementRun, its_patience_ends_with_what_is_still_the_case) {
  Paused p;
  p.run.answered({}, {});
  std::chrono::milliseconds spent{0};
  while (auto query = p.run.next()) {
    ASSERT_LT(spent, std::chrono::seconds(6));
    spent += query->pause + std::chrono::milliseconds(100);
    p.run.answered(Paused::state("pausing"), std::chrono::milliseconds(100));
  }
  EXPECT_GE(spent, std::chrono::seconds(5));
  EXPECT_EQ(
      p.run.result().error->message,
      "internal error: CDC task n was not paused within 5 s: it is still pausing (step 2 of 2 failed, step 1 "
      "stays done)");
}

TEST(StatementRun, a_task_that_goes_away_while_it_is_waited_for_is_told) {
  Paused p;
  p.run.answered({}, {});
  for (int polls = 0; p.run.next() && polls < 100; ++polls) p.run.answered({}, {});
  EXPECT_NE(p.run.result().error->message.find("it is gone"), std::string::npos);
}

}  // namespace
}  // namespace mogate::rewrite
