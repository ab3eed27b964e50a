// Cloning, for CLONE itself and for DATA BRANCH CREATE.
#pragma once

#include "tests/simulator/session.h"

namespace mogate::simulator {

struct TablePath {
  std::string database;
  std::string table;  // empty: the whole database
};

struct CloneRequest {
  bool whole_database = false;
  bool if_not_exists = false;
  TablePath to = {};
  TablePath from = {};
  SnapshotPtr snapshot = {};  // null: as it is now
  std::string to_account = {};
};

// Throws Failure in MatrixOne's words.
void clone(Session& session, const CloneRequest& request, const Statement& statement);

}  // namespace mogate::simulator
