#include "policies/verdict.h"

#include <algorithm>

namespace mogate::policies {
namespace {

using protocol::SqlError;

bool holds(const Match& match, const Moment& moment) {
  if (match.in_transaction && *match.in_transaction != moment.in_transaction) return false;
  return match.times.empty() || std::any_of(match.times.begin(), match.times.end(),
                                            [&](const auto& window) { return window.contains(moment.now); });
}

// What would get around the rules of a session unseen.
std::optional<SqlError> detour(const StatementFacts& facts) {
  const char* what = facts.rewrite_hint     ? "rewrite hints"
                     : facts.kind == "CALL" ? "CALL"
                     : facts.makes_routine  ? "CREATE of routines"
                                            : nullptr;
  if (!what) return std::nullopt;
  return protocol::privilege_error(std::string("mogate policies restrict this session: ") + what +
                                   " only where a rule allows it");
}

class Decision {
 public:
  Decision(const RuleSet& rules, const SessionRules& session, const Part& part, rewrite::sql::SqlMode mode,
           const Moment& moment)
      : rules_(rules), session_(session), part_(part), mode_(mode), moment_(moment) {}

  Verdict run() {
    auto indices = part_.rules;
    for (std::size_t at = 0; at < indices.size() && !done_; ++at) {
      auto index = indices[at];
      if (!session_.applies[index] || !holds(rules_.rules()[index].match, moment_)) continue;
      if (!take(index)) continue;
      // From here on the rules see what becomes of it.
      indices = rules_.statement_rules(*rewritten_facts_, part_.database);
      at = static_cast<std::size_t>(std::upper_bound(indices.begin(), indices.end(), index) -
                                    indices.begin()) -
           1;
    }
    if (!out_.refusal && !allowed_ && session_.restricted) out_.refusal = detour(facts());
    return std::move(out_);
  }

 private:
  const StatementFacts& facts() const { return rewritten_facts_ ? *rewritten_facts_ : part_.facts; }

  // True if the statement is another one now.
  bool take(std::uint16_t index) {
    const auto& rule = rules_.rules()[index];
    bool rewrites = rule.action == Action::rewrite;
    if (rewrites && !rewrite(index, rule)) return false;
    out_.hits.push_back(index);
    if (rule.dry_run) return false;
    out_.audit = out_.audit || rule.audit;
    out_.log = out_.log || rule.log;
    act(index, rule);
    done_ = done_ || !rule.goes_on;
    return rewrites;
  }

  void act(std::uint16_t index, const Rule& rule) {
    switch (rule.action) {
      case Action::none:
      case Action::rewrite: return;
      case Action::allow: allowed_ = true; return;
      case Action::deny: return refuse(rule);
      case Action::read_only:
        if (!changes_nothing(facts())) refuse(rule);
        return;
      case Action::route:
        if (out_.route_group.empty()) out_.route_group = rule.route_group;
        if (out_.route_label.empty()) out_.route_label = rule.route_label;
        return;
      case Action::throttle: return out_.throttles.push_back(index);
      case Action::timeout: return out_.timeout.add(static_cast<std::uint64_t>(rule.timeout.count()), index);
      case Action::limit:
        out_.max_rows.add(rule.max_rows, index);
        return out_.max_bytes.add(rule.max_bytes, index);
      case Action::mask: return out_.masks.push_back(index);
      case Action::snapshot: return out_.snapshots.push_back(index);
    }
  }

  void refuse(const Rule& rule) {
    out_.refusal = rule.refusal;
    out_.refused_by = rule.name;
    done_ = true;
  }

  // False: its pattern does not match, or it is too late for it.
  bool rewrite(std::uint16_t index, const Rule& rule) {
    if (moment_.prepared || part_.offset == Part::kNowhere) return false;
    const auto& now = out_.rewritten ? *out_.rewritten : part_.text;
    auto text = rules_.rewritten(index, now, mode_);
    if (!text) return false;
    if (rule.dry_run) return true;
    out_.rewritten = std::move(text);
    rewritten_facts_ = read_statement(*out_.rewritten, mode_);
    return true;
  }

  const RuleSet& rules_;
  const SessionRules& session_;
  const Part& part_;
  rewrite::sql::SqlMode mode_;
  const Moment& moment_;
  Verdict out_;
  std::optional<StatementFacts> rewritten_facts_;
  bool allowed_ = false;
  bool done_ = false;
};

}  // namespace

Verdict decide(const RuleSet& rules, const SessionRules& session, const Part& part,
               rewrite::sql::SqlMode mode, const Moment& moment) {
  return Decision(rules, session, part, mode, moment).run();
}

}  // namespace mogate::policies
