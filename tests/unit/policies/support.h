// Rules and judgements for tests, without a file.
#pragma once

#include "policies/judgement.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mogate::policies {

inline Rule rule(std::string name, Action action, Match match = {}) {
  Rule out;
  out.name = std::move(name);
  out.action = action;
  out.match = std::move(match);
  out.goes_on = action != Action::allow && action != Action::deny;
  out.refusal = {1142, "by " + out.name, {}};
  return out;
}

inline std::shared_ptr<const RuleSet> rule_set(std::vector<Rule> rules) {
  auto built = RuleSet::build(std::move(rules));
  auto* error = std::get_if<RuleSet::Error>(&built);
  if (error) ADD_FAILURE() << error->text;
  return error ? nullptr : std::get<0>(built);
}

struct Session {
  std::string account = "sys", user = "u", role = {}, database = "d";
  std::vector<std::pair<std::string, std::string>> labels = {};
  Moment moment = {};
};

// Keeps what the judgement points into.
struct Judged : Judgement {
  std::shared_ptr<const Reading> reading;
};

inline Judged judge(const RuleSet& rules, const std::string& text, const Session& session = {}) {
  SessionFacts facts{session.account, session.user, session.role, session.labels, nullptr};
  auto applies = rules.session_rules(facts);
  Judged out;
  out.reading = std::make_shared<Reading>(read_text(rules, text, {}, session.database));
  auto none = [](const std::string&) { return std::vector<std::shared_ptr<const Reading>>(); };
  static_cast<Judgement&>(out) = Judge(rules, applies, {}, session.moment).judge(*out.reading, none);
  return out;
}

}  // namespace mogate::policies
