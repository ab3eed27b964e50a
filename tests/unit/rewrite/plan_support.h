// What the tests of parsing and planning share: identities, versions, and a script that answers a planner's
// questions.
#pragma once

#include "rewrite/parser.h"
#include "rewrite/planner.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::rewrite::test {

inline const Dialect v2_2 = parse_version("8.0.30-MatrixOne-v2.2.0");
inline const Dialect v3_0 = parse_version("8.0.30-MatrixOne-v3.0.12");
inline const Dialect v4_2 = parse_version("8.0.30-MatrixOne-v4.2.0-head");

inline const Identity sys_admin{0, "sys", 0, "moadmin"};
inline const Identity sys_public{0, "sys", 1, "public"};
inline const Identity acc_admin{1, "acc1", 2, "accountadmin"};
inline const Identity acc_user{1, "acc1", 3, "r1"};

using Cells = std::vector<std::vector<std::optional<std::string>>>;

inline Rows rows(Cells cells) { return {{}, std::move(cells)}; }

// Answers to questions, by FactQuery::key.
using Script = std::map<std::string, Cells>;

inline Facts facts_of(Identity self) {
  Facts facts;
  facts.identity = std::move(self);
  facts.can_kill = true;
  facts.name_suffix = "20261121_015200_1";
  return facts;
}

inline Parsed parse_sql(std::string_view sql, const Dialect& dialect = v4_2) {
  ParseOptions options;
  options.dialect = dialect;
  return parse(sql, options);
}

// The statement; the test fails if it is none of ours.
inline Statement statement_of(std::string_view sql, const Dialect& dialect = v4_2) {
  Parsed parsed = parse_sql(sql, dialect);
  if (auto* statement = std::get_if<Statement>(&parsed)) return std::move(*statement);
  const auto* error = std::get_if<protocol::SqlError>(&parsed);
  ADD_FAILURE() << sql << ": " << (error != nullptr ? error->message : "not ours");
  return {FlushNothing{}};
}

template <class T>
T parsed_as(std::string_view sql) {
  Statement statement = statement_of(sql);
  if (auto* as = std::get_if<T>(&statement.as)) return std::move(*as);
  ADD_FAILURE() << sql << " is another kind of statement: " << kind_name(statement);
  return {};
}

inline protocol::SqlError error_of(const Parsed& parsed) {
  if (const auto* error = std::get_if<protocol::SqlError>(&parsed)) return *error;
  return {0, "no error", {}};
}

// Plans as the executor does, with the script for a server. `asked` gets "key: query" of each read.
struct Session {
  Dialect dialect = v4_2;
  Facts facts = facts_of(sys_admin);
  Script script;
  std::vector<std::string> asked;

  Planned plan(std::string_view sql) { return plan(statement_of(sql, dialect)); }

  Planned plan(const Statement& statement) {
    for (int round = 0; round <= kMaxPlanRounds; ++round) {
      Planned planned = rewrite::plan(statement, dialect, facts);
      auto* questions = std::get_if<std::vector<FactQuery>>(&planned);
      if (questions == nullptr) return planned;
      for (const FactQuery& q : *questions) answer(q);
    }
    return protocol::SqlError{0, "asked too often", {}};
  }

  Plan planned(std::string_view sql) {
    Planned result = plan(sql);
    if (auto* plan = std::get_if<Plan>(&result)) return std::move(*plan);
    ADD_FAILURE() << sql << ": " << std::get<protocol::SqlError>(result).message;
    return {};
  }

  protocol::SqlError refused(std::string_view sql) {
    Planned result = plan(sql);
    if (auto* error = std::get_if<protocol::SqlError>(&result)) return std::move(*error);
    return {0, "no error", {}};
  }

  void answer(const FactQuery& q) {
    asked.push_back(q.key + ": " + q.sql);
    auto it = script.find(q.key);
    EXPECT_TRUE(it != script.end()) << "unexpected question " << asked.back();
    facts.reads[q.key] = rows(it == script.end() ? Cells{} : it->second);
  }
};

inline std::vector<std::string> texts(const Plan& plan) {
  std::vector<std::string> out;
  for (const Step& s : plan.steps) out.push_back(s.native_sql);
  return out;
}

}  // namespace mogate::rewrite::test
