// What the rules say of a whole text of a session.
#pragma once

#include "policies/reading.h"
#include "policies/verdict.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mogate::policies {

struct Judgement {
  std::optional<protocol::SqlError> refusal;  // of any statement: then nothing of the text runs
  Verdict verdict;                            // of all statements together, but for what follows
  std::vector<std::pair<std::uint16_t, const Part*>> snapshots;  // rule, and what it is before
  std::vector<std::pair<const Part*, std::string>> rewrites;     // in the order of the text
  bool touches_masked = false;                                   // Masking::touches of one of them

  // The text with its rewrites; nullopt: it stays.
  std::optional<std::string> rewritten(std::string_view text) const;
};

class Judge {
 public:
  // What was prepared by this name with PREPARE … FROM, read; empty if nobody knows.
  using Prepared = std::function<std::vector<std::shared_ptr<const Reading>>(const std::string& name)>;

  // All outlive it. `mode` is how the session reads strings.
  Judge(const RuleSet& rules, const SessionRules& session, rewrite::sql::SqlMode mode, const Moment& moment)
      : rules_(rules), session_(session), mode_(mode), moment_(moment) {}

  // Pointers of the judgement are into `reading` and what `prepared` gave.
  Judgement judge(const Reading& reading, const Prepared& prepared);

 private:
  bool weigh(const Part& part, const Moment& moment);
  bool weigh_prepared(const Part& part, const Prepared& prepared);
  bool weigh_masks(const Part& part, const Verdict& verdict);
  bool look_for_masked(const Part& part, bool inner, const std::vector<const Rule*>& masks);

  const RuleSet& rules_;
  const SessionRules& session_;
  rewrite::sql::SqlMode mode_;
  const Moment& moment_;
  Judgement out_;
};

// Nothing of `rules` has anything to say to the statement in such a session, now or ever.
bool is_free(const SessionRules& session, const Part& part);

}  // namespace mogate::policies
