// CREATE CDC TASK [IF NOT EXISTS] n FROM 'uri' TO {MATRIXONE|MYSQL} 'uri' {ACCOUNT | DATABASE d[:d2],… |
// TABLE d.t[:d2.t2],…} [OPTIONS (key = value, …)] [WITH PITR]
#pragma once

#include "rewrite/planning.h"
#include "rewrite/statements/scope.h"

#include <string>
#include <utility>
#include <vector>

namespace mogate::rewrite {

struct CreateCdcTask {
  // Either has an empty table at database level; an empty sink database is the source's name.
  struct Pattern {
    sql::TableName source, sink;
  };

  std::string name;
  bool if_not_exists = false;
  std::string source, sink;  // as written: secrets in the clear
  std::string sink_type;     // "matrixone" or "mysql"
  Level level = Level::account;
  std::vector<Pattern> patterns;                             // none at account level
  std::vector<std::pair<std::string, std::string>> options;  // keys as MatrixOne spells them
  bool with_pitr = false;
};

// After CREATE CDC TASK.
CreateCdcTask parse_create_cdc_task(sql::Cursor& in);
// Whatever can be seen to go wrong is refused before anything is sent: MatrixOne's own errors echo uris with
// their passwords, and it takes unknown options and tables without a word.
Planned plan_create_cdc_task(const CreateCdcTask& statement, Planning& p);

}  // namespace mogate::rewrite
