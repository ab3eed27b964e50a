#include "rewrite/session/reset.h"

#include "rewrite/sql/quoting.h"

#include <algorithm>
#include <array>

namespace mogate::rewrite {
namespace {

// Variables without a global value: DEFAULT is what they have at login. Of all others DEFAULT is what
// MatrixOne was built with, whatever the account's administrator has set since.
constexpr std::array<std::string_view, 32> kSessionOnly{
    // clang-format off
    "clear_privilege_cache", "debug_break", "debug_sync", "delete_opt_to_truncate",
    "disable_agg_statement", "disable_txn_trace", "enable_explain_scheduling",
    "enable_vector_auto_mode_by_default", "enable_vector_prefilter_by_default",
    "fulltext_bloom_filter_pushdown", "gpu_mode", "mo_pk_check_by_dn", "mo_table_stats.force_update",
    "mo_table_stats.reset_update_time", "mo_table_stats.use_old_impl", "pseudo_replica_mode",
    "pseudo_slave_mode", "pseudo_thread_id", "query_max_workers", "query_pool_strict", "rand_seed1",
    "rand_seed2", "rbr_exec_mode", "require_row_format", "resultset_metadata", "session_track_gtids",
    "session_track_transaction_info", "show_create_table_skip_secondary_engine", "testsessionvar_dyn",
    "transaction_operator_open_log", "transferred", "view_security_type"
    // clang-format on
};

// Unsigned ones refuse the text that @@global.x gives.
constexpr std::array<std::string_view, 3> kUnsigned{"query_result_maxsize", "query_result_timeout",
                                                    "sql_select_limit"};

bool is_any(std::string_view name, const auto& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_plain(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return c == '_' || c == '.' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
  });
}

std::string restored(std::string_view name) {
  std::string global = "@@global." + std::string(name);
  if (is_any(name, kSessionOnly)) global = "DEFAULT";
  if (is_any(name, kUnsigned)) global = "CAST(" + global + " AS UNSIGNED)";
  return "SESSION " + std::string(name) + " = " + global;
}

protocol::SqlError unknowable(std::string_view why) {
  return {protocol::errc::mo_not_supported,
          "not supported: COM_RESET_CONNECTION after " + std::string(why) + ": connect anew",
          {}};
}

class Planner {
 public:
  Planner(const SessionChanges& changes, std::string_view login_role)
      : changes_(changes), role_(login_role) {}

  std::vector<ResetStep> plan() {
    add("ROLLBACK");
    if (changes_.tables_locked()) add("UNLOCK TABLES");
    for (const auto& name : changes_.prepared()) add("DEALLOCATE PREPARE " + sql::quote_name(name), true);
    if (changes_.locks_taken()) add("SELECT RELEASE_ALL_LOCKS()", true);
    drop_temporary_tables();
    // With autocommit = 0 the last two have begun a transaction.
    if (changes_.locks_taken() || !changes_.temporary_tables().empty()) add("COMMIT");
    put_variables_back();
    if (changes_.role_changed()) add("SET ROLE " + sql::quote_name(role_));
    return std::move(steps_);
  }

 private:
  void add(std::string sql, bool may_fail = false) { steps_.push_back({std::move(sql), may_fail}); }

  void drop_temporary_tables() {
    std::string names;
    for (const auto& t : changes_.temporary_tables())
      names.append(names.empty() ? "" : ", ")
          .append(sql::quote_name(t.database) + "." + sql::quote_name(t.table));
    if (!names.empty()) add("DROP TEMPORARY TABLE IF EXISTS " + names);
  }

  // Those that may not exist get statements of their own.
  void put_variables_back() {
    std::string list;
    auto append = [&list](std::string_view one) { list.append(list.empty() ? "SET " : ", ").append(one); };
    for (const auto& v : changes_.variables())
      if (!v.doubtful) append(restored(v.name));
    for (const auto& name : changes_.user_variables()) append(name + " = NULL");
    if (!list.empty()) add(std::move(list));
    for (const auto& v : changes_.variables())
      if (v.doubtful && is_plain(v.name)) add("SET " + restored(v.name), true);
  }

  const SessionChanges& changes_;
  std::string_view role_;
  std::vector<ResetStep> steps_;
};

}  // namespace

std::variant<std::vector<ResetStep>, protocol::SqlError> reset_plan(const SessionChanges& changes,
                                                                    const Dialect& dialect,
                                                                    std::string_view login_role) {
  if (!changes.unknowable().empty()) return unknowable(changes.unknowable());
  if (changes.role_changed() && login_role.empty()) return unknowable("a change of role");
  bool lacks_drop = !changes.temporary_tables().empty() && !dialect.has_drop_temporary_table();
  if (lacks_drop) return unknowable("CREATE TEMPORARY TABLE");
  return Planner(changes, login_role).plan();
}

}  // namespace mogate::rewrite
