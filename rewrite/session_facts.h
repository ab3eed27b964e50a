// What is asked of a session before anything is planned for it: who it is, and how it reads strings.
#pragma once

#include "rewrite/plan.h"

#include <optional>
#include <string_view>

namespace mogate::rewrite {

inline constexpr char kIdentitySql[] =
    "select current_account_id(), current_account_name(), current_role_id(), current_role_name()";
// nullopt if that is no answer to it. NULL ids are those of nobody, never account 0.
std::optional<Identity> read_identity(const Rows& rows);
// Whether it has to be asked again: behind SHOW PITR of an account that is not sys, current_account_id() is 0
// until something was selected (tried on 4.2 and 3.0.12).
bool is_stale(const Identity& identity);

inline constexpr char kSqlModeSql[] = "select @@sql_mode";
sql::SqlMode read_sql_mode(const Rows& rows);

}  // namespace mogate::rewrite
