// Runs plans on the client's own backend session, so that the backend remains the last judge of rights.
#pragma once

#include "proxy/orchestrate/outcome.h"
#include "rewrite/plan.h"
#include "rewrite/statement.h"
#include "rewrite/statement_run.h"

#include <optional>
#include <string>
#include <vector>

namespace mogate::proxy {

class Executor {
 public:
  explicit Executor(SessionContext& context) : c_(context) {}

  // Plans and runs, or explains, one statement.
  // `text` is what the audit log shows of it, if it is known.
  Task<Outcome> run(const rewrite::Statement& statement, std::string_view text = {});

  // What went wrong with a question to the backend, if anything.
  struct Asked {
    MaybeEnd end;
    std::optional<protocol::SqlError> error;

    bool ok() const { return !end && !error; }
  };
  struct Identified : Asked {
    rewrite::Identity identity;
  };
  // Who the session is.
  Task<Identified> identity();
  // Reads @@sql_mode into the session's state.
  Task<Asked> ask_sql_mode();
  // Ends the transaction that the gateway's own reads began on a session with autocommit = 0: natively most
  // of what is planned is refused inside one, and the client has none.
  Task<Asked> settle();

 private:
  Task<Identified> ask_identity();
  // settle(), and what ends the statement if that fails.
  Task<std::optional<Outcome>> settled();
  rewrite::Facts facts_of(const rewrite::Identity& self) const;
  Task<MaybeEnd> read_facts(rewrite::StatementRun& run);
  // Also undoes them where one fails.
  Task<Outcome> run_steps(const rewrite::Statement& statement, rewrite::StatementRun& run,
                          const rewrite::Identity& self);
  // What the plan would do to tables that the account's subscriptions keep.
  std::optional<protocol::SqlError> changes_kept(const rewrite::Plan& plan,
                                                 const rewrite::Identity& self) const;
  Task<Outcome> visit_desk(const rewrite::Statement& statement, const rewrite::Plan& plan,
                           const rewrite::Identity& self);
  Operation operation_of(const rewrite::Statement& statement, const rewrite::Plan& plan,
                         const rewrite::Identity& self) const;
  Outcome kill(const rewrite::Kill& statement, const rewrite::Identity& self);
  // A refusal is a warning; other errors and successes are information.
  void audit(const rewrite::Statement& statement, std::string_view text, const rewrite::Plan* plan,
             const rewrite::Identity& self, const Outcome& outcome);
  Outcome gateway_answer(const std::string& topic);

  SessionContext& c_;
};

// What a backend's answer is to the statement's run.
rewrite::QueryAnswer answer_from(QueryResult result);

}  // namespace mogate::proxy
