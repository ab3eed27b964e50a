// Reads of the past, t{SNAPSHOT = …}, where MatrixOne does something else than it says (FINDINGS trap 3,
// "delete from t{snapshot}").
#pragma once

#include "protocol/error.h"
#include "rewrite/guards/settings.h"
#include "rewrite/sql/lexer.h"

#include <optional>
#include <string_view>

namespace mogate::rewrite {

// The refusal if `statement` reads two points in time or changes a table at
// one.
std::optional<protocol::SqlError> check_points_in_time(std::string_view statement, sql::SqlMode mode,
                                                       const GuardSettings& guards);

}  // namespace mogate::rewrite
