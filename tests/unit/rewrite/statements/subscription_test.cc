#include "rewrite/statements/subscription.h"

#include "unit/rewrite/plan_support.h"

#include <gtest/gtest.h>

namespace mogate::rewrite {
namespace {

constexpr char kUri[] = "mysql://myaccount#root:password@127.0.0.1:6001";

std::string create(const std::string& rest, const std::string& uri = kUri) {
  return "CREATE SUBSCRIPTION n DATABASE tpcc FROM '" + uri + "' " + rest;
}

bool is_native(std::string_view sql, bool native_show = false) {
  ParseOptions options;
  options.dialect = test::v4_2;
  options.native_show_subscriptions = native_show;
  return std::holds_alternative<NotOurs>(parse(sql, options));
}

TEST(CreateSubscription, TakesSeed003sExamples) {
  auto whole = test::parsed_as<CreateSubscription>(
      "CREATE SUBSCRIPTION sync_tpcc\n  DATABASE tpcc\n"
      "  FROM 'mysql://myaccount#root:password@127.0.0.1:6001';");
  EXPECT_EQ(whole.name, "sync_tpcc");
  EXPECT_EQ(whole.database, "tpcc");
  EXPECT_EQ(whole.table, "");
  EXPECT_EQ(whole.uri, kUri);
  EXPECT_EQ(whole.interval_s, 60U);
  EXPECT_EQ(whole.engine, SyncEngine::automatic);
  EXPECT_FALSE(whole.if_not_exists);
  EXPECT_FALSE(whole.wait_s);
  auto one = test::parsed_as<CreateSubscription>(
      "CREATE SUBSCRIPTION sync_orders\n  DATABASE tpcc\n  TABLE orders\n"
      "  FROM 'mysql://myaccount#root:password@127.0.0.1:6001'\n  SYNC_INTERVAL = 60;");
  EXPECT_EQ(one.name, "sync_orders");
  EXPECT_EQ(one.table, "orders");
}

TEST(CreateSubscription, TakesItsOptionsInAnyOrderWithAndWithoutEqualsSigns) {
  for (const char* options :
       {"SYNC_INTERVAL = 5 ENGINE = LOGICAL WAIT 30", "sync_interval 5 engine logical wait 30",
        "WAIT 30 ENGINE LOGICAL SYNC_INTERVAL = 5", "ENGINE = /* x */ LOGICAL WAIT 30 SYNC_INTERVAL 5;"}) {
    auto s = test::parsed_as<CreateSubscription>(create(options));
    EXPECT_EQ(s.interval_s, 5U) << options;
    EXPECT_EQ(s.engine, SyncEngine::logical) << options;
    EXPECT_EQ(s.wait_s, 30U) << options;
  }
  EXPECT_EQ(test::parsed_as<CreateSubscription>(create("ENGINE AUTO")).engine, SyncEngine::automatic);
  EXPECT_EQ(test::parsed_as<CreateSubscription>(create("ENGINE PHYSICAL")).engine, SyncEngine::physical);
}

TEST(CreateSubscription, FoldsNamesAndKeepsTheUriAsWritten) {
  auto s = test::parsed_as<CreateSubscription>(
      "create subscription if not exists `My Sync` database `Da ta` table T from "
      "'mysql://A#b:p''@\\\\ss%3A@H:1'");
  EXPECT_TRUE(s.if_not_exists);
  EXPECT_EQ(s.name, "my sync");
  EXPECT_EQ(s.database, "da ta");
  EXPECT_EQ(s.table, "t");
  EXPECT_EQ(s.uri, "mysql://A#b:p'@\\ss%3A@H:1");
}

TEST(CreateSubscription, SaysWhereItDoesNotParse) {
  struct Case {
    std::string sql;
    const char* says;
  };
  const Case cases[] = {
      {"CREATE SUBSCRIPTION", "expected a subscription's name"},
      {"CREATE SUBSCRIPTION n FROM 'x'", "expected DATABASE"},
      {"CREATE SUBSCRIPTION n TABLE t FROM 'x'", "expected DATABASE"},
      {"CREATE SUBSCRIPTION n DATABASE d TABLE FROM 'x'", "expected a table name"},
      {"CREATE SUBSCRIPTION n DATABASE d.t FROM 'x'", "expected FROM"},
      {"CREATE SUBSCRIPTION n DATABASE d FROM x", "expected the upstream's uri in quotes"},
      {"CREATE SUBSCRIPTION n DATABASE d FROM ?", "expected the upstream's uri in quotes"},
      {"CREATE SUBSCRIPTION IF NOT n DATABASE d FROM 'x'", "expected EXISTS"},
      {create("SYNC_INTERVAL"), "expected a number of seconds"},
      {create("SYNC_INTERVAL = x"), "expected a number of seconds"},
      {create("SYNC_INTERVAL = -1"), "expected a number of seconds"},
      {create("SYNC_INTERVAL = 1.5"), "expected a number of seconds"},
      {create("SYNC_INTERVAL 5 SYNC_INTERVAL 6"), "expected the end of the statement"},
      {create("ENGINE = FAST"), "expected AUTO, PHYSICAL or LOGICAL"},
      {create("ENGINE AUTO ENGINE AUTO"), "expected the end of the statement"},
      {create("WAIT 5 WAIT 5"), "expected the end of the statement"},
      {create("WAIT 3601"), "at most 3600 seconds"},
      {create("x"), "expected the end of the statement"},
  };
  for (const Case& c : cases) {
    auto error = test::error_of(test::parse_sql(c.sql));
    EXPECT_EQ(error.code, 1064) << c.sql;
    EXPECT_NE(error.message.find(c.says), std::string::npos) << c.sql << ": " << error.message;
    EXPECT_EQ(error.message.find("password@"), std::string::npos) << error.message;
  }
}

TEST(Subscription, HasANameOfAtMost64Bytes) {
  std::string longest(64, 'n');
  for (const char* text : {"DROP SUBSCRIPTION ", "PAUSE SUBSCRIPTION "}) {
    EXPECT_EQ(test::error_of(test::parse_sql(text + longest)).code, 0) << text;
    EXPECT_EQ(test::error_of(test::parse_sql(text + longest + "n")).code, 20301) << text;
  }
  auto error = test::error_of(
      test::parse_sql("CREATE SUBSCRIPTION " + longest + "n DATABASE d FROM 'mysql://a:secret@h:1'"));
  EXPECT_EQ(error.code, 20301);
  EXPECT_NE(error.message.find("at most 64 bytes"), std::string::npos) << error.message;
}

TEST(CreateSubscription, RefusesWhatCannotGoWell) {
  struct Case {
    std::string sql;
    const char* says;
  };
  const Case cases[] = {
      {create("SYNC_INTERVAL = 0"), "invalid SYNC_INTERVAL 0: it takes 1 to 86400 seconds"},
      {create("SYNC_INTERVAL = 86401"), "invalid SYNC_INTERVAL 86401"},
      {create("SYNC_INTERVAL = 4294967297"), "invalid SYNC_INTERVAL 4294967297"},
      {create("SYNC_INTERVAL 9 ENGINE PHYSICAL"), "ENGINE = PHYSICAL takes 10 seconds or more"},
      {create("ENGINE = PHYSICAL SYNC_INTERVAL = 1"), "ENGINE = PHYSICAL takes 10 seconds or more"},
      {create("ENGINE = PHYSICAL", "mysql://acc#root:secret@h:1"), "needs a uri of account sys"},
      {create("ENGINE = PHYSICAL", "mysql://acc:root:secret@h:1"), "needs a uri of account sys"},
      {create("", "secret"), "invalid upstream uri"},
      {create("", "mysql://root:secret@h"), "invalid upstream uri"},
      {create("", "mysql://root@h:1"), "invalid upstream uri"},
      {create("", "http://root:secret@h:1"), "invalid upstream uri"},
      {"CREATE SUBSCRIPTION n DATABASE mo_catalog FROM 'mysql://a:secret@h:1'", "database mo_catalog cannot"},
      {"CREATE SUBSCRIPTION n DATABASE mogate FROM 'mysql://a:secret@h:1'", "database mogate cannot"},
  };
  for (const Case& c : cases) {
    auto error = test::error_of(test::parse_sql(c.sql));
    if (error.code == 0) error = test::Session().refused(c.sql);
    EXPECT_EQ(error.code, 20101) << c.sql;
    EXPECT_NE(error.message.find(c.says), std::string::npos) << c.sql << ": " << error.message;
    EXPECT_EQ(error.message.find("secret"), std::string::npos) << error.message;
  }
  for (const char* good : {"SYNC_INTERVAL 1", "SYNC_INTERVAL 86400", "SYNC_INTERVAL 10 ENGINE PHYSICAL",
                           "SYNC_INTERVAL 1 ENGINE AUTO"})
    EXPECT_EQ(test::Session().planned(create(good, "mysql://sys#root:secret@h:1")).answer.kind,
              AnswerKind::gateway)
        << good;
}

TEST(CreateSubscription, TakesPlaceholdersForStringsAndNumbers) {
  constexpr char kText[] = "CREATE SUBSCRIPTION n DATABASE d FROM ? SYNC_INTERVAL = ? ENGINE PHYSICAL WAIT ?";
  ParseOptions options;
  options.dialect = test::v4_2;
  options.placeholders = Placeholders::declared;
  EXPECT_TRUE(std::holds_alternative<Statement>(parse(kText, options)));
  const Param bound[] = {{Param::Kind::text, kUri}, {Param::Kind::number, "20"}, {Param::Kind::number, "7"}};
  options.placeholders = Placeholders::bound;
  options.params = bound;
  Parsed parsed = parse(kText, options);
  ASSERT_TRUE(std::holds_alternative<Statement>(parsed));
  const auto& s = std::get<CreateSubscription>(std::get<Statement>(parsed).as);
  EXPECT_EQ(s.uri, kUri);
  EXPECT_EQ(s.interval_s, 20U);
  EXPECT_EQ(s.wait_s, 7U);
}

TEST(ChangeSubscription, TakesEveryVerb) {
  struct Case {
    const char* sql;
    SubscriptionVerb verb;
    bool if_exists;
    std::optional<std::uint32_t> wait_s;
    const char* kind;
  };
  using Verb = SubscriptionVerb;
  const Case cases[] = {
      {"PAUSE SUBSCRIPTION n", Verb::pause, false, {}, "PAUSE SUBSCRIPTION"},
      {"pause subscription if exists N wait 5", Verb::pause, true, 5, "PAUSE SUBSCRIPTION"},
      {"RESUME SUBSCRIPTION n", Verb::resume, false, {}, "RESUME SUBSCRIPTION"},
      {"SYNC SUBSCRIPTION n WAIT 60", Verb::sync, false, 60, "SYNC SUBSCRIPTION"},
      {"SYNC SUBSCRIPTION n VERIFY", Verb::verify, false, {}, "SYNC SUBSCRIPTION"},
      {"SYNC SUBSCRIPTION IF EXISTS `n` VERIFY WAIT 9;", Verb::verify, true, 9, "SYNC SUBSCRIPTION"},
      {"DROP SUBSCRIPTION n", Verb::drop, false, {}, "DROP SUBSCRIPTION"},
      {"DROP SUBSCRIPTION IF EXISTS n", Verb::drop, true, {}, "DROP SUBSCRIPTION"},
      {"ALTER SUBSCRIPTION n SET SYNC_INTERVAL 7", Verb::alter, false, {}, "ALTER SUBSCRIPTION"},
      {"ALTER SUBSCRIPTION n SET SYNC_INTERVAL = 7", Verb::alter, false, {}, "ALTER SUBSCRIPTION"},
  };
  for (const Case& c : cases) {
    Statement statement = test::statement_of(c.sql);
    ASSERT_TRUE(std::holds_alternative<ChangeSubscription>(statement.as)) << c.sql;
    const auto& s = std::get<ChangeSubscription>(statement.as);
    EXPECT_EQ(s.verb, c.verb) << c.sql;
    EXPECT_EQ(s.name, "n") << c.sql;
    EXPECT_EQ(s.if_exists, c.if_exists) << c.sql;
    EXPECT_EQ(s.wait_s, c.wait_s) << c.sql;
    EXPECT_EQ(s.interval_s, c.verb == Verb::alter ? 7U : 0U) << c.sql;
    EXPECT_EQ(kind_name(statement), c.kind);
    EXPECT_FALSE(only_reads(statement)) << c.sql;
  }
}

TEST(ChangeSubscription, SaysWhereItDoesNotParse) {
  for (const char* sql :
       {"PAUSE SUBSCRIPTION", "DROP SUBSCRIPTION n x", "SYNC SUBSCRIPTION VERIFY WAIT x",
        "PAUSE SUBSCRIPTION n VERIFY", "PAUSE SUBSCRIPTION 'n'", "RESUME SUBSCRIPTION n WAIT",
        "ALTER SUBSCRIPTION n", "ALTER SUBSCRIPTION n SET ENGINE = LOGICAL",
        "ALTER SUBSCRIPTION n SET SYNC_INTERVAL = 5 WAIT 5", "SHOW SUBSCRIPTION", "SHOW SUBSCRIPTION n"})
    EXPECT_EQ(test::error_of(test::parse_sql(sql)).code, 1064) << sql;
  EXPECT_EQ(test::error_of(test::parse_sql("ALTER SUBSCRIPTION n SET SYNC_INTERVAL 0")).code, 20101);
}

TEST(ShowSubscriptions, LeavesMatrixOnesOwnFormsToIt) {
  for (const char* sql :
       {"SHOW SUBSCRIPTIONS ALL", "show subscriptions all like 'a'", "SHOW SUBSCRIPTIONS WHERE 1",
        "SHOW CCPR SUBSCRIPTIONS", "SHOW CCPR SUBSCRIPTION 'x'", "PAUSE CCPR SUBSCRIPTION 'x'",
        "DROP CCPR SUBSCRIPTION IF EXISTS 'x'"})
    EXPECT_TRUE(is_native(sql)) << sql;
  for (const char* sql : {"SHOW SUBSCRIPTIONS", "SHOW SUBSCRIPTIONS LIKE 'a%'"}) {
    EXPECT_FALSE(is_native(sql)) << sql;
    EXPECT_TRUE(is_native(sql, true)) << sql;
  }
  EXPECT_FALSE(is_native("SHOW SUBSCRIPTION TASKS", true));
}

TEST(ShowSubscriptions, ReadsItsPatternAndItsName) {
  EXPECT_EQ(test::parsed_as<ShowSubscriptions>("SHOW SUBSCRIPTIONS;").like, std::nullopt);
  EXPECT_EQ(test::parsed_as<ShowSubscriptions>("SHOW SUBSCRIPTIONS LIKE 'a%'").like, "a%");
  EXPECT_EQ(test::parsed_as<ShowSubscriptionTasks>("SHOW SUBSCRIPTION TASKS").subscription, std::nullopt);
  EXPECT_EQ(test::parsed_as<ShowSubscriptionTasks>("SHOW SUBSCRIPTION TASKS FOR N").subscription, "n");
  EXPECT_TRUE(only_reads(test::statement_of("SHOW SUBSCRIPTIONS")));
  EXPECT_TRUE(only_reads(test::statement_of("SHOW SUBSCRIPTION TASKS")));
}

TEST(ShowSubscriptions, HasSeed003sEightColumns) {
  const std::pair<const char*, int> wanted[] = {
      {"subscription_name", 253}, {"upstream_conn", 253}, {"database", 253},  {"tables", 252},
      {"sync_interval", 3},       {"status", 1},          {"create_time", 7}, {"update_time", 7}};
  auto columns = result_columns(test::statement_of("SHOW SUBSCRIPTIONS"));
  ASSERT_EQ(columns.size(), std::size(wanted));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    EXPECT_EQ(columns[i].name, wanted[i].first);
    EXPECT_EQ(columns[i].type, wanted[i].second) << columns[i].name;
  }
  EXPECT_EQ(result_columns(test::statement_of("SHOW SUBSCRIPTION TASKS")).size(), 11U);
}

TEST(Subscriptions, AreTheGatewaysAndNotTheClientsSessions) {
  for (const std::string& sql :
       {create(""), std::string("SHOW SUBSCRIPTIONS"), std::string("SHOW SUBSCRIPTION TASKS"),
        std::string("SYNC SUBSCRIPTION n")}) {
    test::Session s;
    s.facts.in_transaction = true;
    Plan plan = s.planned(sql);
    EXPECT_TRUE(plan.steps.empty()) << sql;
    EXPECT_TRUE(s.asked.empty()) << sql;
    EXPECT_EQ(plan.answer.kind, AnswerKind::gateway) << sql;
    EXPECT_EQ(plan.answer.gateway_topic, kSubscriptionTopic) << sql;
  }
}

TEST(Subscriptions, ShowingReadsTheOwnAccountsRowsOnly) {
  test::Session s;
  s.facts.identity = test::acc_user;
  for (const char* sql : {"SHOW SUBSCRIPTIONS", "SHOW SUBSCRIPTION TASKS FOR n"})
    EXPECT_NE(s.planned(sql).answer.acts.at(0).text.find("account_id = 1"), std::string::npos) << sql;
}

}  // namespace
}  // namespace mogate::rewrite
