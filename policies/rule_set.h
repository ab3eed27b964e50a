// All rules of a policy file, ready to be matched. Immutable: sessions share it.
#pragma once

#include "policies/rule.h"
#include "policies/statement_facts.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace re2 {
class RE2;
}

namespace mogate::policies {

// Who a session is.
struct SessionFacts {
  std::string_view account, user, role;
  std::vector<std::pair<std::string, std::string>> labels;
  const protocol::IpEndpoint* client = nullptr;  // null: of a unix socket
};

// "a=b,c=d" as logins have it.
std::vector<std::pair<std::string, std::string>> parse_labels(std::string_view text);

// Indices into RuleSet::rules(), ascending.
using RuleIndices = std::vector<std::uint16_t>;

// Which rules may act on a session's statements.
struct SessionRules {
  std::vector<bool> applies;
  bool any = false;
  bool restricted = false;  // one of them restricts()
  bool masked = false;      // one of them masks
  RuleIndices masks;
};

class RuleSet {
 public:
  static constexpr std::size_t kMost = 10000;

  // A bad pattern is an error with the rule's line.
  struct Error {
    std::size_t line = 0;
    std::string text;
  };
  static std::variant<std::shared_ptr<const RuleSet>, Error> build(std::vector<Rule> rules);
  ~RuleSet();
  RuleSet(const RuleSet&) = delete;
  RuleSet& operator=(const RuleSet&) = delete;

  const std::vector<Rule>& rules() const { return rules_; }
  // What has to be known of a session before session_rules().
  bool wants_role() const { return wants_role_; }
  bool wants_database() const { return wants_database_; }
  bool wants_time() const { return wants_time_; }

  SessionRules session_rules(const SessionFacts& session) const;
  // Those whose conditions on the statement hold; the moment, and the text of rewrite rules, are not looked
  // at.
  RuleIndices statement_rules(const StatementFacts& statement, std::string_view database) const;
  // What a rewrite rule, which has a pattern, makes of a statement; nullopt where that does not match.
  // Comments are gone from it.
  std::optional<std::string> rewritten(std::size_t rule, std::string_view statement,
                                       rewrite::sql::SqlMode mode) const;

 private:
  explicit RuleSet(std::vector<Rule> rules);
  bool fits(std::size_t rule, const StatementFacts& statement, std::string_view database) const;

  struct Texts;  // the patterns of all rules for one form of the text, as an RE2::Set
  std::vector<Rule> rules_;
  std::vector<std::unique_ptr<re2::RE2>> patterns_;  // null without one
  std::unique_ptr<Texts> plain_, with_literals_;
  bool wants_role_ = false, wants_database_ = false, wants_time_ = false;
};

}  // namespace mogate::policies
