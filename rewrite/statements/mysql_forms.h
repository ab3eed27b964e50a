// MySQL's statements that MatrixOne refuses and that can be answered without pretending anything. Each was
// recorded from a tool or driver (docs/statements.md, "Answers for MySQL tools").
#pragma once

#include "rewrite/compat_settings.h"
#include "rewrite/dialect.h"
#include "rewrite/planning.h"
#include "rewrite/sql/cursor.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mogate::rewrite {

// SHOW MASTER STATUS and its like: there is no binary log and no replica, so there are no rows.
struct ShowNoReplication {
  std::vector<ColumnSpec> columns;
};

// SET [SESSION | LOCAL] TRANSACTION READ WRITE: every transaction of MatrixOne is that.
struct SetReadWrite {
  bool next_only = false;  // without SESSION: not inside a transaction
};

// ROLLBACK [WORK] TO [SAVEPOINT] name
struct RollbackToSavepoint {
  std::string name;  // folded
};

// BEGIN, START TRANSACTION …, COMMIT …, ROLLBACK … in COM_STMT_PREPARE, which MatrixOne cannot prepare: sent
// as text when executed.
struct SentAsText {
  std::string text;
};

using MysqlForm = std::variant<ShowNoReplication, SetReadWrite, RollbackToSavepoint, SentAsText>;

// nullopt: none of them, the server decides. `preparing`: the text came by COM_STMT_PREPARE or is executed
// from there.
std::optional<MysqlForm> parse_mysql_form(sql::Cursor& in, const CompatSettings& on, const Dialect& dialect,
                                          bool preparing);

Planned plan_show_no_replication(const ShowNoReplication& statement);
// Inside a transaction MatrixOne's refusal is the right answer to the form without SESSION.
Planned plan_set_read_write(const SetReadWrite& statement, const Planning& p);
// OK if nothing was changed since (Facts::unchanged_savepoints), else MatrixOne's own error.
Planned plan_rollback_to_savepoint(const RollbackToSavepoint& statement, const Planning& p);
Planned plan_sent_as_text(const SentAsText& statement);

}  // namespace mogate::rewrite
