// SNAPSHOT RESTORE p [CLUSTER | ACCOUNT a | DATABASE d [TABLE t] | TABLE d.t] AT 'time', and native RESTORE …
// FROM PITR p 'time': going back to a moment that a PITR covers.
#pragma once

#include "rewrite/planning.h"
#include "rewrite/statements/scope.h"

#include <optional>
#include <string>
#include <string_view>

namespace mogate::rewrite {

struct RestorePitr {
  std::string pitr;
  std::optional<Level> level;  // nullopt: what the PITR is for
  std::string account;         // empty: the PITR's, or the own one
  std::string database, table;
  // "2026-11-21 09:00:00[.123456]" in the session's time zone; native: in the server's, as MatrixOne reads
  // it.
  std::string time;
  bool native = false;
};

// After a native RESTORE. nullopt: not FROM PITR, or one of the rarer forms, which goes out as it came.
std::optional<RestorePitr> parse_native_pitr_restore(sql::Cursor& in);
Planned plan_pitr_restore(const RestorePitr& statement, Planning& p);

// "2026-11-21 09:00:00.5" of a moment in seconds since 1970, in UTC; empty if it is no number.
std::string utc_text(std::string_view unix_seconds);

}  // namespace mogate::rewrite
