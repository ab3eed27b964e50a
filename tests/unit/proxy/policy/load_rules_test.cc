#include "proxy/policy/load_rules.h"

#include <gtest/gtest.h>

namespace mogate::proxy {
namespace {

using policies::Action;

std::string error_of(std::string_view text) {
  auto loaded = parse_rules(text, "p.toml");
  auto* error = std::get_if<std::string>(&loaded);
  return error ? *error : "";
}

TEST(LoadRules, reads_the_file_that_explains_them) {
  auto loaded = load_rules(MOGATE_SOURCE_DIR "/conf/policies.toml");
  ASSERT_EQ(loaded.index(), 0U) << std::get<std::string>(loaded);
  const auto& rules = std::get<LoadedRules>(loaded).rules->rules();
  std::set<Action> actions;
  for (const auto& rule : rules) {
    EXPECT_TRUE(rule.dry_run) << rule.name;
    actions.insert(rule.action);
  }
  EXPECT_EQ(actions.size(), 10U) << "every action but allow is there";
}

TEST(LoadRules, takes_an_empty_file_as_no_rules) {
  EXPECT_EQ(error_of(""), "");
  EXPECT_EQ(error_of("[[rule]]\nname = \"a\"\n"), "");
}

TEST(LoadRules, decides_by_the_action_whether_the_list_goes_on) {
  auto loaded = parse_rules(
      "[[rule]]\nname = \"a\"\naction = \"deny\"\n[[rule]]\nname = \"b\"\naction = \"limit\"\nmax_rows = 5\n"
      "[[rule]]\nname = \"c\"\naction = \"allow\"\ncontinue = true\n",
      "p.toml");
  ASSERT_EQ(loaded.index(), 0U);
  const auto& rules = std::get<LoadedRules>(loaded).rules->rules();
  EXPECT_FALSE(rules[0].goes_on);
  EXPECT_TRUE(rules[1].goes_on);
  EXPECT_TRUE(rules[2].goes_on);
  EXPECT_EQ(rules[0].refusal.code, 20101);
}

TEST(LoadRules, says_line_and_key_of_what_is_wrong) {
  struct Case {
    const char *text, *error;
  };
  constexpr Case kCases[] = {
      {"rule = 5", "p.toml:1: rule must be sections, [[rule]]"},
      {"time_zone = \"CET\"", "p.toml:1: time_zone must be one of \"UTC\", \"local\""},
      {"[[rule]]\naction = \"deny\"", "p.toml:1: rule.name must be given"},
      {"[[rule]]\nname = \"a\"\n[[rule]]\nname = \"a\"",
       "p.toml:3: rule.name must be another one for each rule"},
      {"[[rule]]\nname = \"a\"\naction = \"forbid\"",
       "p.toml:3: rule.action must be one of \"none\", \"allow\""},
      {"[[rule]]\nname = \"a\"\nmatch = { kind = \"SELEKT\" }",
       "p.toml:3: rule.match.kind has \"SELEKT\", which is no kind"},
      {"[[rule]]\nname = \"a\"\nmatch = { client = \"10.0.0.0/99\" }",
       "p.toml:3: rule.match.client must be networks"},
      {"[[rule]]\nname = \"a\"\nmatch = { time = \"noon\" }", "p.toml:3: rule.match.time must be as"},
      {"[[rule]]\nname = \"a\"\nmatch = { digest = \"12\" }",
       "p.toml:3: rule.match.digest must be 16 hexadecimal digits"},
      {"[[rule]]\nname = \"a\"\nmatch = { label = \"x\" }",
       "p.toml:3: rule.match.label must be \"NAME=VALUE\""},
      {"[[rule]]\nname = \"a\"\nmatch = { users = \"x\" }",
       "p.toml:3: rule.match.users is not a key of mogate"},
      {"[[rule]]\nname = \"a\"\nmatch = { user = [] }",
       "p.toml:3: rule.match.user must be a string or a list of strings"},
      {"[[rule]]\nname = \"a\"\nmatch = { text = \"(\" }", "p.toml:1: rule.match.text: missing )"},
      {"[[rule]]\nname = \"a\"\nmatch = { tables = \"a.b.c\" }",
       "p.toml:3: rule.match.tables must be \"table\""},
      {"[[rule]]\nname = \"a\"\naction = \"allow\"\nmatch = { tables = \"a\" }",
       "an allow rule takes only_tables"},
      {"[[rule]]\nname = \"a\"\naction = \"mask\"\ncolumns = \"t.c\"\nmatch = { kind = \"read\" }",
       "a mask is for whole sessions"},
      {"[[rule]]\nname = \"a\"\naction = \"mask\"", "p.toml:3: rule.columns must be given for action mask"},
      {"[[rule]]\nname = \"a\"\naction = \"mask\"\ncolumns = \"c\"",
       "p.toml:4: rule.columns must be \"database.table.column\""},
      {"[[rule]]\nname = \"a\"\naction = \"rewrite\"\nrewrite_to = \"x\"", "a rewrite needs match.text"},
      {"[[rule]]\nname = \"a\"\naction = \"rewrite\"\nrewrite_to = '\\1'\nmatch = { text = \"x\" }",
       "p.toml:1: rule.rewrite_to: "},
      {"[[rule]]\nname = \"a\"\naction = \"throttle\"",
       "p.toml:3: rule.per_second must be given for action throttle"},
      {"[[rule]]\nname = \"a\"\naction = \"timeout\"",
       "p.toml:3: rule.seconds must be given for action timeout"},
      {"[[rule]]\nname = \"a\"\naction = \"limit\"", "p.toml:3: rule.max_rows or max_bytes must be given"},
      {"[[rule]]\nname = \"a\"\naction = \"route\"", "p.toml:3: rule.group or to_label must be given"},
      {"[[rule]]\nname = \"a\"\naction = \"deny\"\ncode = 0", "p.toml:4: rule.code must be 1 to 65535"},
      {"[[rule]]\nname = \"a\"\naction = \"deny\"\nsqlstate = \"4\"", "p.toml:4: rule.sqlstate must be five"},
      {"[[rule]]\nname = \"a\"\naction = \"allow\"\nmax_rows = 5",
       "p.toml:4: rule.max_rows is not a key of mogate"},
      {"[[rule]]\nname = \"a\"\ndry_run = 1", "p.toml:3: rule.dry_run must be true or false"},
      {"[[rule]\n", "p.toml:1: "},
  };
  for (const auto& c : kCases)
    EXPECT_NE(error_of(c.text).find(c.error), std::string::npos) << c.text << "\n" << error_of(c.text);
}

TEST(LoadRules, of_a_file_that_is_not_there_says_so) {
  auto loaded = load_rules("/nonexistent/p.toml");
  ASSERT_EQ(loaded.index(), 1U);
  EXPECT_EQ(std::get<std::string>(loaded), "/nonexistent/p.toml:0: cannot be read");
}

}  // namespace
}  // namespace mogate::proxy
