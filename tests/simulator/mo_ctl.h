// MatrixOne's built-in functions as MariaDB stored functions, so that they work wherever an expression may
// stand, and the native rule about who may call mo_ctl where.
#pragma once

#include "tests/simulator/backend.h"
#include "tests/simulator/tokens.h"

namespace mogate::simulator {

void create_functions(Backend& backend);

// MatrixOne looks for mo_ctl in projections only: a call under WHERE, HAVING or ON is never checked
// (FINDINGS, trap 7). True if the statement has a call that is.
bool has_checked_mo_ctl(const Statement& statement);

// The function in mo_catalog that stands for MatrixOne's, or "" for all others.
std::string_view simulated_function(std::string_view name);

}  // namespace mogate::simulator
