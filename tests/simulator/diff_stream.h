// DATA BRANCH DIFF of a table against itself at another snapshot: both are read once, in the same order, and
// only rows that have no equal yet are kept. A million rows take a second and no memory.
#pragma once

#include "tests/simulator/row_compare.h"
#include "tests/simulator/session.h"
#include "tests/simulator/snapshots.h"

#include <optional>
#include <string>

namespace mogate::simulator {

struct DiffSide {
  SnapshotPtr snapshot = {};
  Held held = {};
  std::string database;
  std::string table;
};

// Answers it; `query` says how its columns are shown.
void stream_diff(Session& session, const Query& query, const DiffInput& input, const DiffSide& recent,
                 const DiffSide& old, bool more);

}  // namespace mogate::simulator
