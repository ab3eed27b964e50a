// Holds a session's statements against the rules, before anything else looks at them.
#pragma once

#include "policies/judgement.h"
#include "proxy/orchestrate/executor.h"
#include "proxy/policy/session_policy.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mogate::proxy {

class Gate {
 public:
  // Both outlive it.
  Gate(SessionContext& context, Executor& executor) : c_(context), executor_(executor) {}

  // How the text came.
  enum class Stage : std::uint8_t {
    query,
    prepare,  // COM_STMT_PREPARE: what only concerns a run comes with `execute`
    execute,  // COM_STMT_EXECUTE of what was prepared
  };

  // True if no rule has anything to say to it, without asking anybody: nearly always.
  bool passes(std::string_view text);

  // True if some rule may concern this session: what cannot be read is not for it then.
  bool concerns_session();

  struct Judgement {
    MaybeEnd end;
    std::optional<protocol::SqlError> refusal;
    std::optional<std::string> changed;  // what is to run in the text's place
  };
  // Also waits for tokens, takes snapshots, and sets SessionPolicy::terms.
  Task<Judgement> judge(std::string_view text, Stage stage);

 private:
  struct Asked {
    MaybeEnd end;
    std::optional<protocol::SqlError> refusal;
    bool ok() const { return !end && !refusal; }
  };
  SessionPolicy& policy() { return *c_.policy; }
  const policies::RuleSet& rules() { return *policy().in_force->rules; }
  void take_rules();
  void take_session();
  bool knows_enough(std::string_view text);
  rewrite::sql::SqlMode mode() const { return c_.dialect.lexer_mode(c_.sql_mode); }
  std::shared_ptr<const policies::Reading> read(std::string_view text);

  Task<Asked> learn(std::string_view text);
  Task<Asked> learn_identity();
  Task<Asked> learn_database();
  Task<Asked> read_variables(std::string& text);
  Task<Judgement> judge_known(std::string text, Stage stage);
  policies::Moment moment(bool prepared);
  void set_terms(const policies::Judgement& judged);
  std::optional<protocol::SqlError> refuse_load(const policies::Reading& reading);
  Task<Asked> throttle(const policies::Verdict& verdict);
  Task<Asked> take_snapshots(const policies::Judgement& judged);
  Task<MaybeEnd> pause(std::chrono::milliseconds wait);

  SessionContext& c_;
  Executor& executor_;
  std::vector<std::shared_ptr<const policies::Reading>> kept_;  // what a judgement points into
};

}  // namespace mogate::proxy
