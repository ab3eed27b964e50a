#include "rewrite/statements/mysql_forms.h"

#include "rewrite/glance.h"
#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

using test::Session;

bool is_ours(std::string_view sql, ParseOptions options = {}) {
  return !std::holds_alternative<NotOurs>(parse(sql, options));
}

ParseOptions preparing() {
  ParseOptions options;
  options.dialect = test::v4_2;
  options.placeholders = Placeholders::declared;
  return options;
}

// "OK", "forward", "rows", or the error's number.
std::string answer(Session& s, const Statement& statement) {
  Planned planned = s.plan(statement);
  if (auto* error = std::get_if<protocol::SqlError>(&planned)) return std::to_string(error->code);
  const Plan& plan = std::get<Plan>(planned);
  EXPECT_TRUE(plan.steps.empty());
  switch (plan.answer.kind) {
    case AnswerKind::ok: return "OK";
    case AnswerKind::fixed_rows: return std::to_string(plan.answer.fixed.rows.size()) + " rows";
    case AnswerKind::forward: return "forward" + plan.answer.forward_text;
    default: return "?";
  }
}

std::string answer(Session& s, std::string_view sql) { return answer(s, test::statement_of(sql, s.dialect)); }

TEST(MysqlForms, there_is_no_replication_to_show) {
  Session s;
  s.facts.identity = test::acc_user;
  for (const char* sql :
       {"SHOW MASTER STATUS", "show binary log status;", "SHOW SLAVE STATUS", "SHOW REPLICA STATUS"}) {
    EXPECT_EQ(answer(s, sql), "0 rows") << sql;
    EXPECT_EQ(result_columns(test::statement_of(sql)).size(), s.planned(sql).answer.columns.size()) << sql;
    EXPECT_GE(result_columns(test::statement_of(sql)).size(), 5U) << sql;
  }
  for (const char* sql : {"SHOW BINARY LOGS", "show master logs;"})
    EXPECT_EQ(test::error_of(test::parse_sql(sql)).code, 1381) << sql;
  for (const char* sql : {"SHOW SLAVE STATUS FOR CHANNEL 'x'", "SHOW MASTER", "SHOW BINARY LOGS x",
                          "SHOW SLAVE HOSTS", "SHOW STATUS", "SHOW BINARY LOG EVENTS", "SHOW TABLES"})
    EXPECT_FALSE(is_ours(sql)) << sql;
}

TEST(MysqlForms, every_transaction_is_read_write) {
  Session s;
  for (const char* sql : {"SET SESSION TRANSACTION READ WRITE", "set local transaction read write;",
                          "SET TRANSACTION READ WRITE"})
    EXPECT_EQ(answer(s, sql), "OK") << sql;
  s.facts.in_transaction = true;
  EXPECT_EQ(answer(s, "SET SESSION TRANSACTION READ WRITE"), "OK");
  EXPECT_EQ(answer(s, "SET TRANSACTION READ WRITE"), "forward");
  for (const char* sql :
       {"SET SESSION TRANSACTION READ ONLY", "SET TRANSACTION READ WRITE, ISOLATION LEVEL SERIALIZABLE",
        "SET GLOBAL TRANSACTION READ WRITE", "SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "SET a = 1"})
    EXPECT_TRUE(std::holds_alternative<NotOurs>(test::parse_sql(sql, test::v4_2))) << sql;
  EXPECT_TRUE(std::holds_alternative<NotOurs>(test::parse_sql("SET TRANSACTION READ WRITE", test::v3_0)));
}

TEST(MysqlForms, rolls_back_nothing_where_nothing_was_changed) {
  Session s;
  s.facts.unchanged_savepoints = {"a", "b c"};
  for (const char* sql : {"ROLLBACK TO SAVEPOINT a", "rollback to A;", "ROLLBACK WORK TO SAVEPOINT `B c`",
                          "rollback work to a"})
    EXPECT_EQ(answer(s, sql), "OK") << sql;
  EXPECT_EQ(answer(s, "ROLLBACK TO SAVEPOINT z"), "forward");
  for (const char* sql :
       {"ROLLBACK", "ROLLBACK AND CHAIN", "ROLLBACK TO", "ROLLBACK TO SAVEPOINT a b", "ROLLBACK WORK"})
    EXPECT_FALSE(is_ours(sql)) << sql;
}

TEST(MysqlForms, prepares_what_matrixone_cannot) {
  Session s;
  for (std::string_view sql :
       {"BEGIN", "begin work", "START TRANSACTION READ ONLY", "COMMIT", "commit and chain", "ROLLBACK"}) {
    EXPECT_TRUE(needs_look_to_prepare(sql)) << sql;
    Parsed parsed = parse(sql, preparing());
    ASSERT_TRUE(std::holds_alternative<Statement>(parsed)) << sql;
    EXPECT_EQ(answer(s, std::get<Statement>(parsed)), "forward" + std::string(sql)) << sql;
    EXPECT_TRUE(result_columns(std::get<Statement>(parsed)).empty()) << sql;
    EXPECT_FALSE(is_ours(sql)) << sql;
  }
  for (std::string_view sql : {"BEGIN SELECT 1; END", "START", "SELECT 1"})
    EXPECT_FALSE(is_ours(sql, preparing())) << sql;
}

TEST(MysqlForms, can_be_switched_off) {
  struct Case {
    bool CompatSettings::*key;
    std::string_view sql;
  };
  for (const Case& c : {Case{&CompatSettings::replication_status, "SHOW MASTER STATUS"},
                        Case{&CompatSettings::read_write, "SET TRANSACTION READ WRITE"},
                        Case{&CompatSettings::savepoints, "ROLLBACK TO SAVEPOINT a"},
                        Case{&CompatSettings::prepared_transactions, "BEGIN"}}) {
    ParseOptions options = preparing();
    if (c.key == &CompatSettings::savepoints) options.placeholders = Placeholders::refused;
    EXPECT_TRUE(is_ours(c.sql, options)) << c.sql;
    options.compat.*c.key = false;
    EXPECT_FALSE(is_ours(c.sql, options)) << c.sql;
  }
}

TEST(MysqlForms, are_sent_on_where_the_client_asks_for_it) {
  for (std::string_view sql : {"/* mogate:off */ FLUSH TABLES", "/* mogate:off */ SHOW MASTER STATUS"})
    EXPECT_FALSE(is_ours(sql)) << sql;
}

}  // namespace
}  // namespace mogate::rewrite
