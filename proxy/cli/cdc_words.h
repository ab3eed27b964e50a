// mo_cdc's arguments become the text of a statement, and the rows of its answer those that were asked for.
// Pure.
#pragma once

#include "proxy/cli/worded.h"
#include "rewrite/plan.h"
#include "rewrite/sql/lexer.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mogate::proxy {

// Empty members are options that were not given. Uris have their passwords.
struct CdcWords {
  std::string name;  // --task-name
  std::string source, sink, sink_type;
  std::string level, tables, databases;
  std::string account;  // of --level account: that of the login, or nothing
  std::vector<std::pair<std::string, std::string>> options;  // as OPTIONS (…) has them
  bool with_pitr = false;
  std::optional<unsigned> wait;  // seconds
};

// `own_account` is that of the login.
Worded cdc_create(const CdcWords& words, std::string_view own_account, rewrite::sql::SqlMode mode);
Worded cdc_show(const CdcWords& words, rewrite::sql::SqlMode mode);
// `verb`: "pause", "resume", "restart" or "drop".
Worded cdc_change(std::string_view verb, const CdcWords& words);

// Leaves of SHOW CDC TASKS' rows the one that was named; a name with % was the server's to match.
void filter_tasks(const CdcWords& words, rewrite::Rows& rows);

}  // namespace mogate::proxy
