#include "policies/route.h"
#include "tests/unit/policies/support.h"

namespace mogate::policies {
namespace {

Match kinds(std::vector<std::string> of) {
  Match match;
  match.kinds = std::move(of);
  return match;
}

TEST(Verdict, the_first_rule_that_decides_ends_the_list) {
  Match admin;
  admin.user.add("admin*");
  auto rules =
      rule_set({rule("admins", Action::allow, admin), rule("no drop", Action::deny, kinds({"DROP"}))});
  EXPECT_TRUE(judge(*rules, "drop table t").refusal);
  EXPECT_EQ(judge(*rules, "drop table t").verdict.refused_by, "no drop");
  EXPECT_FALSE(judge(*rules, "drop table t", {.user = "admin1"}).refusal);
  EXPECT_FALSE(judge(*rules, "select 1").refusal);
}

TEST(Verdict, a_rule_that_goes_on_lets_the_next_ones_decide) {
  auto first = rule("allow but", Action::allow);
  first.goes_on = true;
  auto rules = rule_set({first, rule("no drop", Action::deny, kinds({"DROP"}))});
  auto judged = judge(*rules, "drop table t");
  EXPECT_TRUE(judged.refusal);
  EXPECT_EQ(judged.verdict.hits, (RuleIndices{0, 1}));
}

TEST(Verdict, a_dry_run_counts_and_does_nothing) {
  auto first = rule("try", Action::deny);
  first.dry_run = true;
  first.log = true;
  auto rules = rule_set({first});
  auto judged = judge(*rules, "call p()");
  EXPECT_FALSE(judged.refusal);
  EXPECT_FALSE(judged.verdict.log);
  EXPECT_EQ(judged.verdict.hits, RuleIndices{0});
}

TEST(Verdict, each_statement_of_a_text_is_judged_and_one_refusal_is_enough) {
  auto rules = rule_set({rule("no drop", Action::deny, kinds({"DROP"}))});
  for (const char* sql :
       {"select 1; drop table t", "prepare p from 'drop table t'", "begin select 1; drop table t; end",
        "use e; /*! drop */ table t", "prepare p from 'prepare q from ''drop table t'''"})
    EXPECT_TRUE(judge(*rules, sql).refusal) << sql;
  EXPECT_FALSE(judge(*rules, "select 'drop table t'").refusal);
}

TEST(Verdict, restricted_sessions_take_no_detours_unless_a_rule_allows_them) {
  auto deny = rule("no drop", Action::deny, kinds({"DROP"}));
  auto rules = rule_set({rule("that one", Action::allow, kinds({"CALL"})), deny});
  EXPECT_FALSE(judge(*rules, "call p()").refusal);
  rules = rule_set({deny});
  for (const char* sql : {"call p()", "select /*+ {\"a\": 1} */ 1", "create procedure p() 'begin end'",
                          "execute s", "create or replace function f() returns int language sql as '1'"})
    EXPECT_TRUE(judge(*rules, sql).refusal) << sql;
  rules = rule_set({rule("slow", Action::timeout)});
  EXPECT_FALSE(judge(*rules, "call p()").refusal);
}

TEST(Verdict, read_only_refuses_what_changes_something) {
  auto rules = rule_set({rule("read", Action::read_only)});
  EXPECT_TRUE(judge(*rules, "insert into t values (1)").refusal);
  EXPECT_TRUE(judge(*rules, "select 1 into outfile 'x'").refusal);
  EXPECT_FALSE(judge(*rules, "select 1").refusal);
  EXPECT_FALSE(judge(*rules, "begin; select 1; commit").refusal);
}

TEST(Verdict, a_rewrite_shows_its_text_to_the_rules_behind_it) {
  Match old;
  old.text = R"(from old_(\w+))";
  auto rewrite = rule("new names", Action::rewrite, old);
  rewrite.rewrite_to = R"(from new_\1)";
  Match secret;
  secret.tables.add("d.new_secret");
  auto rules = rule_set({rewrite, rule("no secrets", Action::deny, secret)});
  auto judged = judge(*rules, "select 1; select /* x */ A, 'b' from old_t; select 2");
  EXPECT_EQ(judged.rewritten("select 1; select /* x */ A, 'b' from old_t; select 2"),
            "select 1; select A, 'b' from new_t; select 2");
  EXPECT_TRUE(judge(*rules, "select * from old_secret").refusal);
}

TEST(Verdict, limits_of_several_rules_are_the_smallest) {
  auto wide = rule("wide", Action::limit), narrow = rule("narrow", Action::limit);
  wide.max_rows = 10;
  narrow.max_rows = 5;
  narrow.max_bytes = 100;
  auto judged = judge(*rule_set({wide, narrow}), "select 1");
  EXPECT_EQ(judged.verdict.max_rows.value, 5U);
  EXPECT_EQ(judged.verdict.max_rows.rule, 1U);
  EXPECT_EQ(judged.verdict.max_bytes.value, 100U);
}

TEST(RuleMatch, holds_by_each_of_its_keys) {
  struct Case {
    const char* name;
    void (*set)(Match&);
    Session fits, fits_not;
    const char* sql_not = nullptr;  // the same session, another statement
  };
  const Moment monday{{0, 9 * 60}, false, false}, sunday{{6, 9 * 60}, true, false};
  const Case cases[] = {
      {"account", [](Match& m) { m.account.add("acc*"); }, {.account = "acc1"}, {.account = "sys"}},
      {"role", [](Match& m) { m.role.add("!admin"); }, {.role = "r"}, {.role = "admin"}},
      {"schema", [](Match& m) { m.schema.add("d"); }, {}, {.database = "e"}},
      {"label",
       [](Match& m) {
         m.labels = {{"a", "b*"}};
       },
       {.labels = {{"a", "bc"}}},
       {.labels = {{"a", "c"}}}},
      {"unix", [](Match& m) { m.unix_clients = true; }, {}, {.user = "x"}},
      {"table", [](Match& m) { m.tables.add("d.t"); }, {}, {.database = "e"}, "select * from u"},
      {"only", [](Match& m) { m.only_tables.add("d.*"); }, {}, {.database = "e"}, "select * from t, e.u"},
      {"text", [](Match& m) { m.text = "WHERE a = \\?"; }, {}, {.user = "x"}, "select * from t"},
      {"time",
       [](Match& m) { m.times = {*TimeWindow::parse("mon-fri 08:00-18:00")}; },
       {.moment = monday},
       {.moment = sunday}},
      {"transaction", [](Match& m) { m.in_transaction = false; }, {.moment = monday}, {.moment = sunday}},
  };
  for (const auto& c : cases) {
    Match match;
    c.set(match);
    if (std::string_view(c.name) == "unix" || std::string_view(c.name) == "text") match.user.add("u");
    auto rules = rule_set({rule("r", Action::deny, match)});
    EXPECT_TRUE(judge(*rules, "select * from t where a = 1", c.fits).refusal) << c.name;
    EXPECT_FALSE(judge(*rules, "select * from t where a = 1", c.fits_not).refusal) << c.name;
    if (c.sql_not) {
      EXPECT_FALSE(judge(*rules, c.sql_not, c.fits).refusal) << c.name;
    }
  }
}

TEST(RuleMatch, finds_its_pattern_among_very_many) {
  std::vector<Rule> rules;
  for (int i = 0; i < 1000; ++i) {
    Match match;
    match.text = "from t" + std::to_string(i) + "( |$)";
    rules.push_back(rule("r" + std::to_string(i), Action::deny, match));
  }
  auto set = rule_set(std::move(rules));
  EXPECT_EQ(judge(*set, "select * from t777").verdict.refused_by, "r777");
  EXPECT_FALSE(judge(*set, "select * from t1000").refusal);
}

TEST(Route, is_of_the_first_rule_that_fits_the_login) {
  Match reports;
  reports.user.add("report*");
  auto try_out = rule("try", Action::route), first = rule("first", Action::route, reports),
       rest = rule("rest", Action::route);
  try_out.dry_run = true;
  first.route_group = "olap";
  rest.route_label = "a=b";
  auto rules = rule_set({try_out, first, rest});
  SessionFacts session{"sys", "report1", "", {}, nullptr};
  EXPECT_EQ(route_of(*rules, session, {}).group, "olap");
  session.user = "app";
  EXPECT_EQ(route_of(*rules, session, {}).label, "a=b");
  EXPECT_EQ(route_of(*rule_set({try_out}), session, {}).group, "");
}

TEST(RuleSet, says_which_line_has_a_bad_pattern) {
  Match match;
  match.text = "(";
  auto bad = rule("r", Action::deny, match);
  bad.line = 7;
  auto built = RuleSet::build({bad});
  ASSERT_TRUE(std::holds_alternative<RuleSet::Error>(built));
  EXPECT_EQ(std::get<RuleSet::Error>(built).line, 7U);
}

}  // namespace
}  // namespace mogate::policies
