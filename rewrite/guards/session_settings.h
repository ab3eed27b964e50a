// SET statements that are not the client's to make.
#pragma once

#include "rewrite/parser.h"

#include <string_view>

namespace mogate::rewrite {

// `statement` begins with SET.
Parsed judge_set(std::string_view statement, sql::SqlMode mode, const GuardSettings& guards);

}  // namespace mogate::rewrite
