#include "policies/rule_set.h"

#include "policies/kind.h"
#include "policies/plain_text.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>

namespace mogate::policies {
namespace {

RE2::Options pattern_options() {
  RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  options.set_dot_nl(true);
  // Texts may hold any bytes.
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_max_mem(8 << 20);
  return options;
}

bool labels_fit(const Rule& rule, const SessionFacts& session) {
  return std::all_of(rule.match.labels.begin(), rule.match.labels.end(), [&](const auto& wanted) {
    return std::any_of(session.labels.begin(), session.labels.end(), [&](const auto& label) {
      return label.first == wanted.first && glob(label.second, wanted.second);
    });
  });
}

bool client_fits(const Match& match, const protocol::IpEndpoint* client) {
  if (!match.of_clients()) return true;
  if (!client) return match.unix_clients;
  return std::any_of(match.clients.begin(), match.clients.end(),
                     [&](const auto& network) { return network.contains(*client); });
}

bool kind_fits(const Match& match, const StatementFacts& statement) {
  if (match.without_where && *match.without_where != statement.without_where) return false;
  return match.kinds.empty() || std::any_of(match.kinds.begin(), match.kinds.end(),
                                            [&](const auto& kind) { return kind_matches(statement, kind); });
}

bool tables_fit(const Match& match, const StatementFacts& statement, std::string_view database) {
  const auto& named = statement.tables;
  auto any = [&](const auto& name) { return match.tables.matches(name, database); };
  auto only = [&](const auto& name) {
    bool unknown = name.database.empty() && database.empty();
    return !unknown && !name.table.empty() && match.only_tables.matches(name, database);
  };
  if (!match.tables.empty() && std::none_of(named.begin(), named.end(), any)) return false;
  return match.only_tables.empty() || (!named.empty() && std::all_of(named.begin(), named.end(), only));
}

}  // namespace

// Finds in one pass which of many patterns a text holds.
struct RuleSet::Texts {
  RE2::Set set{pattern_options(), RE2::UNANCHORED};
  std::vector<std::size_t> rules;  // that the set's patterns are of

  void add(const std::string& pattern, std::size_t rule) {
    if (set.Add(pattern, nullptr) >= 0) rules.push_back(rule);
  }
  // `found` is for every rule; those with a pattern that does not match become false. When the set has no
  // memory for a text, each pattern is tried by itself.
  void match(const std::string& text, const std::vector<std::unique_ptr<RE2>>& patterns,
             std::vector<bool>& found) const {
    if (rules.empty()) return;
    std::vector<int> hits;
    RE2::Set::ErrorInfo error{RE2::Set::kNoError};
    set.Match(text, &hits, &error);
    bool alone = error.kind != RE2::Set::kNoError;
    for (auto rule : rules) found[rule] = alone && RE2::PartialMatch(text, *patterns[rule]);
    for (int hit : hits) found[rules[static_cast<std::size_t>(hit)]] = true;
  }
};

std::vector<std::pair<std::string, std::string>> parse_labels(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> out;
  while (!text.empty()) {
    auto one = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    auto equals = one.find('=');
    if (equals != std::string_view::npos) out.emplace_back(one.substr(0, equals), one.substr(equals + 1));
  }
  return out;
}

RuleSet::RuleSet(std::vector<Rule> rules)
    : rules_(std::move(rules)),
      plain_(std::make_unique<Texts>()),
      with_literals_(std::make_unique<Texts>()) {}

RuleSet::~RuleSet() = default;

std::variant<std::shared_ptr<const RuleSet>, RuleSet::Error> RuleSet::build(std::vector<Rule> rules) {
  std::shared_ptr<RuleSet> out(new RuleSet(std::move(rules)));
  for (std::size_t i = 0; i < out->rules_.size(); ++i) {
    const auto& rule = out->rules_[i];
    const auto& match = rule.match;
    out->wants_role_ = out->wants_role_ || !match.role.empty();
    out->wants_database_ = out->wants_database_ || !match.schema.empty() || !match.tables.empty() ||
                           !match.only_tables.empty() || rule.action == Action::mask ||
                           rule.action == Action::snapshot;
    out->wants_time_ = out->wants_time_ || !match.times.empty();
    auto& pattern = out->patterns_.emplace_back();
    if (match.text.empty()) continue;
    pattern = std::make_unique<RE2>(match.text, pattern_options());
    std::string why;
    if (!pattern->ok()) return Error{rule.line, "match.text: " + pattern->error()};
    if (rule.action == Action::rewrite && !pattern->CheckRewriteString(rule.rewrite_to, &why))
      return Error{rule.line, "rewrite_to: " + why};
    if (rule.action == Action::rewrite) continue;  // rewritten() tries it
    (match.text_with_literals ? out->with_literals_ : out->plain_)->add(match.text, i);
  }
  if (!out->plain_->set.Compile() || !out->with_literals_->set.Compile())
    return Error{0, "the patterns of match.text need too much memory together"};
  return std::shared_ptr<const RuleSet>(std::move(out));
}

SessionRules RuleSet::session_rules(const SessionFacts& session) const {
  SessionRules out;
  out.applies.resize(rules_.size());
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const auto& rule = rules_[i];
    const auto& match = rule.match;
    bool fits = match.account.matches(session.account) && match.user.matches(session.user) &&
                match.role.matches(session.role) && labels_fit(rule, session) &&
                client_fits(match, session.client);
    if (!fits) continue;
    out.applies[i] = out.any = true;
    out.restricted = out.restricted || rule.restricts();
    if (rule.action != Action::mask || rule.dry_run) continue;
    out.masked = true;
    out.masks.push_back(static_cast<std::uint16_t>(i));
  }
  return out;
}

bool RuleSet::fits(std::size_t i, const StatementFacts& statement, std::string_view database) const {
  const auto& match = rules_[i].match;
  if (!kind_fits(match, statement) || !tables_fit(match, statement, database)) return false;
  if (!match.schema.empty() && !match.schema.matches(database)) return false;
  return match.digests.empty() ||
         std::find(match.digests.begin(), match.digests.end(), statement.digest) != match.digests.end();
}

RuleIndices RuleSet::statement_rules(const StatementFacts& statement, std::string_view database) const {
  std::vector<bool> found(rules_.size(), true);
  plain_->match(statement.text, patterns_, found);
  with_literals_->match(statement.literals, patterns_, found);
  RuleIndices out;
  for (std::size_t i = 0; i < rules_.size(); ++i)
    if (found[i] && fits(i, statement, database)) out.push_back(static_cast<std::uint16_t>(i));
  return out;
}

std::optional<std::string> RuleSet::rewritten(std::size_t rule, std::string_view statement,
                                              rewrite::sql::SqlMode mode) const {
  auto text = plain_text(statement, mode, Literals::as_written);
  if (RE2::GlobalReplace(&text, *patterns_[rule], rules_[rule].rewrite_to) == 0) return std::nullopt;
  return text;
}

}  // namespace mogate::policies
