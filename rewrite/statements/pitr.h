// Shortcuts for PITR: CREATE PITR … FOR TABLE [d.]t, ranges as RANGE 2 HOURS, SHOW PITR LIKE and by level.
// Everything that MatrixOne reads itself goes out as it came.
#pragma once

#include "rewrite/planning.h"
#include "rewrite/statements/scope.h"

#include <cstdint>
#include <optional>
#include <string>

namespace mogate::rewrite {

struct PitrRange {
  std::uint64_t length = 0;
  std::string unit;  // "h", "d", "mo" or "y"
};

// CREATE PITR [IF NOT EXISTS] p [FOR {CLUSTER|ACCOUNT [a]|DATABASE d|TABLE [d.]t}] RANGE n {'h'|HOURS|…}
struct CreatePitr {
  std::string name;
  bool if_not_exists = false;
  Scope scope;
  PitrRange range;
};

// ALTER PITR [IF EXISTS] p RANGE n {HOURS|…}
struct AlterPitr {
  std::string name;
  bool if_exists = false;
  PitrRange range;
};

// SHOW PITR {LIKE 'p' | CLUSTER | ACCOUNT [a] | DATABASE d | TABLE [d.]t}, both if wanted
struct ShowPitr {
  std::optional<std::string> like;
  std::optional<Scope> scope;
};

// After CREATE PITR, ALTER PITR and SHOW PITR. nullopt: MatrixOne's own form.
std::optional<CreatePitr> parse_create_pitr(sql::Cursor& in);
std::optional<AlterPitr> parse_alter_pitr(sql::Cursor& in);
std::optional<ShowPitr> parse_show_pitr(sql::Cursor& in);

Planned plan_create_pitr(const CreatePitr& statement, Planning& p);
Planned plan_alter_pitr(const AlterPitr& statement, Planning& p);
Planned plan_show_pitr(const ShowPitr& statement, Planning& p);

}  // namespace mogate::rewrite
