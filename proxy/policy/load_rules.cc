#include "proxy/policy/load_rules.h"

#include "policies/kind.h"
#include "proxy/config/section.h"
#include "proxy/policy/rule_actions.h"
#include "rewrite/sql/quoting.h"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <set>
#include <sstream>

namespace mogate::proxy {
namespace {

using policies::Action;
using policies::Match;
using policies::Rule;

void read_names(Section& s, const char* key, policies::NamePatterns& out) {
  for (const auto& one : strings_of(s, key)) out.add(one);
}

void read_tables(Section& s, const char* key, policies::TablePatterns& out) {
  for (const auto& one : strings_of(s, key)) {
    if (std::count(one.begin(), one.end(), '.') > 1 || one.empty())
      return s.fail(*s.find(key), key, "must be \"table\", \"database.table\" or patterns of them");
    out.add(one);
  }
}

void read_labels(Section& s, Match& match) {
  for (const auto& one : strings_of(s, "label")) {
    auto labels = policies::parse_labels(one);
    if (labels.size() != 1)
      return s.fail(*s.find("label"), "label", "must be \"NAME=VALUE\" or a list of them");
    match.labels.push_back(std::move(labels.front()));
  }
}

void read_clients(Section& s, Match& match) {
  for (const auto& one : strings_of(s, "client")) {
    if (one == "unix") {
      match.unix_clients = true;
    } else if (auto network = protocol::IpNetwork::parse(one)) {
      match.clients.push_back(*network);
    } else {
      return s.fail(*s.find("client"), "client", "must be networks, as \"10.0.0.0/8\", \"::1\" or \"unix\"");
    }
  }
}

void read_kinds(Section& s, Match& match) {
  for (const auto& one : strings_of(s, "kind")) {
    auto kind = one;
    bool is_class = std::any_of(one.begin(), one.end(), [](char c) { return c >= 'a' && c <= 'z'; }) &&
                    policies::is_kind_pattern(one);
    if (!is_class)
      for (char& c : kind) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (!policies::is_kind_pattern(kind))
      return s.fail(
          *s.find("kind"), "kind",
          fmt::format("has \"{}\", which is no kind of statement: give read, write, dml, ddl, session, "
                      "transaction or words that statements begin with, as \"SELECT\" or \"DROP TABLE\"",
                      one));
    match.kinds.push_back(std::move(kind));
  }
}

void read_digests(Section& s, Match& match) {
  for (const auto& one : strings_of(s, "digest")) {
    auto& digest = match.digests.emplace_back();
    auto [end, ec] = std::from_chars(one.data(), one.data() + one.size(), digest, 16);
    if (ec != std::errc{} || end != one.data() + one.size() || one.size() != 16)
      return s.fail(*s.find("digest"), "digest",
                    "must be 16 hexadecimal digits, as SHOW GATEWAY DIGESTS has them");
  }
}

void read_times(Section& s, Match& match) {
  for (const auto& one : strings_of(s, "time")) {
    auto window = policies::TimeWindow::parse(one);
    if (!window)
      return s.fail(*s.find("time"), "time",
                    "must be as \"mon-fri 08:00-18:00\", \"sat,sun\" or \"22:00-06:00\"");
    match.times.push_back(*window);
  }
}

void read_flag(Section& s, const char* key, std::optional<bool>& out) {
  if (!s.find(key)) return;
  bool value = false;
  s.read(key, value);
  out = value;
}

void read_match(Section s, Match& match) {
  read_names(s, "account", match.account);
  read_names(s, "user", match.user);
  read_names(s, "role", match.role);
  read_labels(s, match);
  read_clients(s, match);
  read_names(s, "schema", match.schema);
  read_kinds(s, match);
  read_digests(s, match);
  read_tables(s, "tables", match.tables);
  read_tables(s, "only_tables", match.only_tables);
  s.read("text", match.text);
  if (s.find("text_with_literals")) {
    if (!match.text.empty())
      s.fail(*s.find("text_with_literals"), "text_with_literals", "stands in place of text, not beside it");
    s.read("text_with_literals", match.text);
    match.text_with_literals = true;
  }
  read_flag(s, "without_where", match.without_where);
  read_flag(s, "in_transaction", match.in_transaction);
  read_times(s, match);
}

// What would not do what it seems to do.
const char* contradiction(const Rule& rule) {
  const auto& match = rule.match;
  if (rule.action == Action::allow && !match.tables.empty())
    return "an allow rule takes only_tables, not tables: a statement that names another table too would be "
           "allowed";
  bool of_statement = !match.kinds.empty() || !match.digests.empty() || !match.tables.empty() ||
                      !match.only_tables.empty() || !match.text.empty() || match.without_where ||
                      !match.schema.empty() || match.in_transaction;
  if (rule.action == Action::mask && of_statement)
    return "a mask is for whole sessions: its match takes account, user, role, label, client and time";
  if (rule.action == Action::route && of_statement)
    return "a route is for whole sessions: its match takes account, user, role, label, client and time";
  if (rule.action == Action::rewrite && match.text.empty()) return "a rewrite needs match.text";
  return nullptr;
}

Rule read_rule(const toml::table& table, const std::string& path, Faults& faults,
               std::set<std::string>& names) {
  Rule rule;
  rule.line = table.source().begin.line;
  Section s(&table, "rule", path, faults);
  s.read("name", rule.name);
  if (rule.name.empty()) s.fail(table, "name", "must be given");
  if (!names.insert(rule.name).second) s.fail(table, "name", "must be another one for each rule");
  const auto* match = s.find("match");
  if (match && !match->is_table()) s.fail(*match, "match", "must be a section, [rule.match]");
  if (match && match->is_table())
    read_match(Section(match->as_table(), "rule.match", path, faults), rule.match);
  read_action(s, rule);
  if (const char* what = contradiction(rule)) s.fail(table, fmt::format("\"{}\":", rule.name), what);
  return rule;
}

std::vector<Rule> read_all(const toml::table& root, const std::string& path, Faults& faults,
                           bool& local_time) {
  std::vector<Rule> rules;
  Section top(&root, "", path, faults);
  top.read("time_zone", local_time, {{"UTC", false}, {"local", true}});
  const auto* list = top.find("rule");
  if (!list) return rules;
  const auto* array = list->as_array();
  if (!array || !array->is_array_of_tables()) {
    top.fail(*list, "rule", "must be sections, [[rule]]");
    return rules;
  }
  if (array->size() > policies::RuleSet::kMost)
    top.fail(*list, "rule", fmt::format("may be given {} times at most", policies::RuleSet::kMost));
  std::set<std::string> names;
  for (const auto& one : *array) {
    rules.push_back(read_rule(*one.as_table(), path, faults, names));
  }
  return rules;
}

}  // namespace

std::variant<LoadedRules, std::string> parse_rules(std::string_view text, const std::string& path) {
  toml::table root;
  try {
    root = toml::parse(text, path);
  } catch (const toml::parse_error& e) {
    return fmt::format("{}:{}: {}", path, e.source().begin.line, e.description());
  }
  Faults faults;
  LoadedRules out;
  auto rules = read_all(root, path, faults, out.local_time);
  std::string wrong;
  for (const auto& [line, fault] : faults) wrong += (wrong.empty() ? "" : "\n") + fault;
  if (!wrong.empty()) return wrong;
  auto built = policies::RuleSet::build(std::move(rules));
  if (auto* bad = std::get_if<policies::RuleSet::Error>(&built))
    return fmt::format("{}:{}: rule.{}", path, bad->line, bad->text);
  out.rules = std::get<0>(std::move(built));
  return out;
}

std::variant<LoadedRules, std::string> load_rules(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  if (in) text << in.rdbuf();
  if (!in || text.fail()) return fmt::format("{}:0: cannot be read", path);
  return parse_rules(text.str(), path);
}

}  // namespace mogate::proxy
