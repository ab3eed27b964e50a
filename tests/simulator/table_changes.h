// Keeps the ids of mo_catalog.mo_tables as MatrixOne would: MariaDB's own change at other statements.
#pragma once

#include "tests/simulator/session.h"
#include "tests/simulator/snapshot_copies.h"

namespace mogate::simulator {

// Reads a statement's effect on ids from its text.
void find_table_change(const Session& session, const Statement& statement, Query& query);

// After each statement: what was truncated in a transaction gets its ids when that is committed.
void finish_renewals(Session& session, const Statement& statement);

// Around the run of a query: waits for RESTOREs first, and gives the table its ids once it is done.
class TableChangeGuard {
 public:
  TableChangeGuard(Session& session, const Query& query);
  void done();

 private:
  void settle_first(const Query& query);

  Session& session_;
  std::optional<StructureChange> structure_ = {};
  const TableChange& change_;
  TableIds before_ = {};
};

}  // namespace mogate::simulator
