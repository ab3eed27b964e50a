// Which of MySQL's statements that MatrixOne refuses the gateway answers (docs/statements.md, "Answers for
// MySQL tools"). Each can be switched off.
#pragma once

namespace mogate::rewrite {

struct CompatSettings {
  bool flush = true;                  // FLUSH TABLES without a list, LOGS, STATUS, PRIVILEGES, HOSTS …
  bool replication_status = true;     // SHOW MASTER STATUS, SHOW REPLICA STATUS …: none
  bool read_write = true;             // SET [SESSION] TRANSACTION READ WRITE
  bool savepoints = true;             // ROLLBACK TO SAVEPOINT where nothing was changed since
  bool prepared_transactions = true;  // COM_STMT_PREPARE of BEGIN, COMMIT …
};

}  // namespace mogate::rewrite
