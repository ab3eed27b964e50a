// Each file of corpus/ is a set of rules with statements that must pass them and statements that must not,
// one a line. A \n or \t in a line stands for that character. What is in force before each line: session user
// `u` of account sys, database `shop`.
#include "policies/judgement.h"
#include "proxy/policy/load_rules.h"
#include "proxy/policy/session_policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace mogate::proxy {
namespace {

struct Corpus {
  std::string rules;
  std::vector<std::string> pass, deny;
};

std::string unescaped(std::string line) {
  for (auto [mark, character] : {std::pair{"\\n", "\n"}, std::pair{"\\t", "\t"}})
    for (std::size_t at = 0; (at = line.find(mark, at)) != std::string::npos; ++at)
      line.replace(at, 2, character);
  return line;
}

Corpus read_corpus(const std::filesystem::path& file) {
  Corpus out;
  std::ifstream in(file);
  std::string section;
  for (std::string line; std::getline(in, line);) {
    if (line == "== rules" || line == "== must pass" || line == "== must deny") {
      section = line;
    } else if (section == "== rules") {
      out.rules += line + "\n";
    } else if (!line.empty() && line[0] != '#') {
      (section == "== must pass" ? out.pass : out.deny).push_back(unescaped(line));
    }
  }
  return out;
}

bool refused(const policies::RuleSet& rules, const std::string& sql) {
  policies::SessionFacts facts;
  facts.account = "sys";
  facts.user = "u";
  auto session = rules.session_rules(facts);
  auto reading = policies::read_text(rules, sql, {}, "shop");
  PreparedTexts prepared;
  remember(reading, prepared);
  auto texts = [&](const std::string& name) {
    std::vector<std::shared_ptr<const policies::Reading>> out;
    for (auto text : prepared.of(name))
      out.push_back(std::make_shared<policies::Reading>(policies::read_text(rules, text, {}, "shop")));
    return out;
  };
  policies::Moment moment;
  return policies::Judge(rules, session, {}, moment).judge(reading, texts).refusal.has_value();
}

TEST(PolicyCorpus, passes_and_denies_what_it_says) {
  std::size_t denied = 0, files = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(MOGATE_SOURCE_DIR "/tests/unit/proxy/policy/corpus")) {
    auto corpus = read_corpus(file.path());
    auto loaded = parse_rules(corpus.rules, file.path().filename());
    ASSERT_EQ(loaded.index(), 0U) << std::get<std::string>(loaded);
    const auto& rules = *std::get<LoadedRules>(loaded).rules;
    for (const auto& sql : corpus.pass)
      EXPECT_FALSE(refused(rules, sql)) << file.path().filename() << ": " << sql;
    for (const auto& sql : corpus.deny)
      EXPECT_TRUE(refused(rules, sql)) << file.path().filename() << ": " << sql;
    denied += corpus.deny.size();
    ++files;
  }
  EXPECT_GE(files, 4U);
  EXPECT_GE(denied, 100U);
}

}  // namespace
}  // namespace mogate::proxy
