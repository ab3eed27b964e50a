// Native statements that MatrixOne refuses inside an open transaction (NATIVE 2.10; FINDINGS, snapshots,
// pitr, cdc). They are of interest only there: outside one they are forwarded as they come.
#pragma once

#include "rewrite/planning.h"
#include "rewrite/sql/cursor.h"

#include <optional>
#include <string>
#include <string_view>

namespace mogate::rewrite {

struct OutsideTransaction {
  std::string kind;  // its first two words
  std::string text;
};

// `text` is one statement.
std::optional<OutsideTransaction> recognise_outside_transaction(std::string_view text, sql::SqlMode mode);
// Sends it as it is.
Planned plan_outside_transaction(const OutsideTransaction& statement);

}  // namespace mogate::rewrite
