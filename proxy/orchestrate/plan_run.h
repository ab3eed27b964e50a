// Runs the steps of one plan on the session's backend connection, and undoes them when one fails.
#pragma once

#include "proxy/orchestrate/executor.h"
#include "proxy/orchestrate/watched_query.h"

namespace mogate::proxy {

class PlanRun {
 public:
  // All outlive it; `run` has a plan. `only_reads`: of no use to anybody once its client is gone.
  PlanRun(Executor& executor, SessionContext& context, rewrite::StatementRun& run,
          const rewrite::Identity& self, Operations::Running& operation, bool only_reads)
      : executor_(executor),
        c_(context),
        run_(run),
        self_(self),
        operation_(operation),
        only_reads_(only_reads) {}

  // Until nothing is left to run or to undo. What ends the session says what was and wasn't done.
  Task<MaybeEnd> run();

 private:
  using Query = rewrite::StatementRun::Query;

  std::optional<protocol::SqlError> interruption() const;
  void show(const Query& query);
  Task<MaybeEnd> pause(std::chrono::milliseconds length);
  QueryTerms terms(const Query& query);
  Task<QueryResult> run_query(const Query& query);
  Task<QueryResult> run_once(const Query& query);
  Task<void> lose_connection(IoError io);

  Executor& executor_;
  SessionContext& c_;
  rewrite::StatementRun& run_;
  const rewrite::Identity& self_;
  Operations::Running& operation_;
  const bool only_reads_;
  Steadfast steadfast_{operation_};
  MaybeEnd end_;                                   // the client's own connection is lost
  std::optional<protocol::SqlError> unconnected_;  // and there is no other
};

}  // namespace mogate::proxy
