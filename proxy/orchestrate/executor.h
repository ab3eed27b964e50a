// Runs plans on the client's own backend session, so that the backend remains the last judge of rights.
#pragma once

#include "proxy/session/context.h"
#include "rewrite/plan.h"
#include "rewrite/statement.h"

#include <optional>
#include <string>
#include <vector>

namespace mogate::proxy {

// What became of one statement of the gateway's.
struct Outcome {
  enum class Kind : std::uint8_t { ok, rows, forward } kind = Kind::ok;
  MaybeEnd end;                             // the session is over
  std::optional<protocol::SqlError> error;  // goes to the client
  std::vector<rewrite::ColumnSpec> columns;
  rewrite::Rows rows;
  std::string forward_text;  // forward: what to send instead of the client's text; empty: as it came
  std::string info;          // of the OK packet

  static Outcome failed(protocol::SqlError e) {
    Outcome o;
    o.error = std::move(e);
    return o;
  }
  static Outcome ended(SessionEnd e) {
    Outcome o;
    o.end = std::move(e);
    return o;
  }
};

class Executor {
 public:
  explicit Executor(SessionContext& context) : c_(context) {}

  // Plans and runs, or explains, one statement.
  Task<Outcome> run(const rewrite::Statement& statement);

  // Who the session is, asked of the backend.
  struct Asked {
    MaybeEnd end;
    std::optional<protocol::SqlError> error;
    rewrite::Identity identity;
  };
  Task<Asked> identity();
  // Reads @@sql_mode into the session's state; `identity` of the answer is not set.
  Task<Asked> ask_sql_mode();
  // Ends the transaction that the gateway's own reads began on a session with autocommit = 0: natively most
  // of what is planned is refused inside one, and the client has none. `identity` of the answer is not set.
  Task<Asked> settle();

 private:
  struct Made {
    Outcome outcome;  // if there is no plan
    std::optional<rewrite::Plan> plan;
  };
  Task<Made> make_plan(const rewrite::Statement& statement, const rewrite::Identity& self);
  Task<Outcome> read_facts(const std::vector<rewrite::FactQuery>& queries, rewrite::Facts& facts);
  Task<Outcome> run_plan(const rewrite::Plan& plan);
  Task<Outcome> undo(const rewrite::Plan& plan, std::size_t failed, const protocol::SqlError& native);
  Task<QueryResult> run_step(const rewrite::Step& step);
  Task<QueryResult> watched_query(std::string_view sql, Clock::duration limit, bool kill_when_late);
  Outcome kill(const rewrite::Kill& statement, const rewrite::Identity& self);
  Outcome answer(const rewrite::Plan& plan, std::vector<QueryResult>& results, rewrite::Rows mo_ctl_rows);
  Outcome gateway_answer(const std::string& topic);

  SessionContext& c_;
};

}  // namespace mogate::proxy
