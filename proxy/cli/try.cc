#include "proxy/cli/try.h"

#include "policies/judgement.h"
#include "proxy/config/config.h"
#include "proxy/policy/load_rules.h"
#include "proxy/policy/note.h"
#include "proxy/policy/session_policy.h"
#include "rewrite/dialect.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>

namespace mogate::proxy {
namespace {

constexpr int kRuns = 0, kWrong = 1, kRefused = 2;

int complain(const std::string& what) {
  fmt::print(stderr, "mogate: {}\n", what);
  return kWrong;
}

std::string table_name(const rewrite::sql::TableName& name) {
  if (name.table.empty()) return name.database + ".*";
  return name.database.empty() ? name.table : name.database + "." + name.table;
}

void show_part(const policies::Part& part) {
  std::vector<std::string> tables;
  for (const auto& table : part.facts.tables) tables.push_back(table_name(table));
  fmt::print("{}statement  {}\n  kind     {}\n  tables   {}\n  digest   {:016x}\n",
             part.inner ? "inner " : "", part.facts.text,
             part.facts.kind.empty() ? "(unknown)" : part.facts.kind, fmt::join(tables, ", "),
             part.facts.digest);
}

void show_rules(const policies::RuleSet& rules, const policies::Judgement& judged) {
  for (auto index : judged.verdict.hits) {
    const auto& rule = rules.rules()[index];
    bool refuses = judged.refusal && judged.verdict.refused_by == rule.name;
    fmt::print("rule       {} \"{}\" {}{}{}\n", index + 1, rule.name, name_of(rule.action),
               rule.dry_run ? ", dry run" : "", refuses ? ", refuses" : "");
  }
}

int show(const policies::RuleSet& rules, std::string_view sql, const policies::Judgement& judged) {
  show_rules(rules, judged);
  if (judged.refusal) {
    fmt::print("refused    ERROR {} ({}): {}\n", judged.refusal->code, judged.refusal->state(),
               judged.refusal->message);
    return kRefused;
  }
  if (auto text = judged.rewritten(sql)) fmt::print("rewritten  {}\n", *text);
  const auto& v = judged.verdict;
  if (!v.route_group.empty()) fmt::print("route      group {}\n", v.route_group);
  if (!v.route_label.empty()) fmt::print("route      label {}\n", v.route_label);
  if (v.timeout.value != 0) fmt::print("timeout    {} ms\n", v.timeout.value);
  if (v.max_rows.value != 0) fmt::print("limit      {} rows\n", v.max_rows.value);
  if (v.max_bytes.value != 0) fmt::print("limit      {} bytes\n", v.max_bytes.value);
  fmt::print("runs\n");
  return kRuns;
}

std::variant<LoadedRules, std::string> rules_of(const TryRequest& request) {
  if (!request.policies.empty()) return load_rules(request.policies);
  auto loaded = load_config(request.config);
  if (auto* error = std::get_if<std::string>(&loaded)) return *error;
  const auto& file = std::get<Config>(loaded).policies.file;
  if (file.empty()) return request.config + ": policies.file is not given";
  return load_rules(file);
}

}  // namespace

int try_statement(const TryRequest& request) {
  auto loaded = rules_of(request);
  if (auto* error = std::get_if<std::string>(&loaded)) return complain(*error);
  const auto& [rules, local_time] = std::get<LoadedRules>(loaded);
  policies::SessionFacts facts{request.account, request.user, request.role, {}, nullptr};
  for (const auto& label : request.labels)
    for (auto& one : policies::parse_labels(label)) facts.labels.push_back(std::move(one));
  auto client = protocol::parse_ip(request.client, 0);
  if (!client && request.client != "unix") return complain("--client: an address or \"unix\"");
  if (client) facts.client = &*client;
  auto session = rules->session_rules(facts);
  auto mode = rewrite::parse_version(request.server_version).lexer_mode({});
  auto reading = policies::read_text(*rules, request.sql, mode, request.database);
  PreparedTexts prepared;
  remember(reading, prepared);
  auto texts = [&](const std::string& name) {
    std::vector<std::shared_ptr<const policies::Reading>> out;
    for (auto text : prepared.of(name))
      out.push_back(
          std::make_shared<policies::Reading>(policies::read_text(*rules, text, mode, request.database)));
    return out;
  };
  policies::Moment moment{week_minute(std::chrono::system_clock::now(), local_time), request.in_transaction,
                          false};
  auto judged = policies::Judge(*rules, session, mode, moment).judge(reading, texts);
  for (const auto& part : reading.parts) show_part(part);
  return show(*rules, request.sql, judged);
}

}  // namespace mogate::proxy
