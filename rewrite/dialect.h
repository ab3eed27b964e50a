// What a MatrixOne version understands, read from the version string of its greeting.
#pragma once

#include "rewrite/sql/lexer.h"

#include <compare>
#include <string_view>

namespace mogate::rewrite {

struct Version {
  int major = 0, minor = 0, patch = 0;
  auto operator<=>(const Version&) const = default;
};

// FINDINGS_3.0.md and FINDINGS_2.2.md are where each of these comes from.
struct Dialect {
  bool is_matrixone = false;
  Version version;

  bool has_new_restore() const {
    return version >= Version{4, 0, 0};
  }  // RESTORE … {SNAPSHOT='s'}; before: FROM SNAPSHOT s
  bool has_clone() const { return version >= Version{3, 0, 0}; }
  bool has_data_branch() const { return version >= Version{3, 0, 5}; }
  bool diff_survives_alter() const {
    return version >= Version{4, 0, 0};
  }  // before: "not equivalent to the base table"
  bool has_ccpr() const {
    return is_matrixone && version >= Version{4, 0, 0};
  }  // replication between clusters
  bool diff_in_transaction() const { return version >= Version{4, 0, 0}; }
  // RESUME CDC TASK brings a failed task back; before, only DROP and CREATE do.
  bool resume_heals_cdc() const { return version >= Version{4, 0, 0}; }
  // SET TRANSACTION READ ONLY|WRITE; before, both were taken and meant nothing.
  bool refuses_access_modes() const { return version >= Version{4, 0, 0}; }
  // Before, a plain DROP TABLE would be needed, which may hit a permanent table of that name.
  bool has_drop_temporary_table() const { return version >= Version{4, 0, 0}; }
  bool honours_sql_mode() const { return version >= Version{4, 0, 0}; }  // ANSI_QUOTES, NO_BACKSLASH_ESCAPES

  // The scanner's rules that are in force for a session that set `wanted`.
  sql::SqlMode lexer_mode(sql::SqlMode wanted) const {
    if (honours_sql_mode()) return wanted;
    sql::SqlMode old;
    old.before_4 = true;
    return old;
  }

  bool operator==(const Dialect&) const = default;
};

// "8.0.30-MatrixOne-v4.2.0-head" and its like. A server that doesn't say so is taken for the newest
// MatrixOne's grammar, with is_matrixone false.
Dialect parse_version(std::string_view server_version);

}  // namespace mogate::rewrite
