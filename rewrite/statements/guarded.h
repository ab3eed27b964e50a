// Native statements that are forwarded only once something was checked. All plans end in AnswerKind::forward.
#pragma once

#include "rewrite/guards/settings.h"
#include "rewrite/guards/subscribed_tables.h"
#include "rewrite/planning.h"
#include "rewrite/sql/cursor.h"

#include <optional>
#include <string>
#include <vector>

namespace mogate::rewrite {

// Something that only account sys in role moadmin may send; `what` is for the refusal: "mo_ctl",
// "enable_remap_hint".
struct NeedsSys {
  std::string what;
};

// CREATE TABLE|DATABASE … CLONE …: MatrixOne checks neither the right to read nor the right to create.
struct Clone {
  bool database = false;
  sql::TableName source, target;  // for a database, both tables are empty
  std::string at;                 // the source's {…}, as written; empty: now
  std::string to_account;
};

// A table and the {…} behind it, as written.
struct TableAt {
  sql::TableName table;
  std::string at;
};

// DATA BRANCH …: before 4.0 nothing is checked.
struct DataBranch {
  std::string verb;              // folded: "create", "delete", "diff", "merge", "pick"
  bool database = false;         // of a whole database
  std::vector<TableAt> reads;    // sources
  std::vector<TableAt> creates;  // targets that don't exist yet
  std::vector<TableAt> writes;   // targets that are changed or dropped
  std::string to_account;
  bool output_file = false;  // writes on the server's disk
  bool subquery = false;     // reads more than its sources
};

// DELETE without WHERE: a TRUNCATE inside, which breaks the children of a foreign key's parent for good.
struct DeleteAll {
  std::vector<sql::TableName> tables = {};  // one of them, or what it is an alias of
  bool joined = false;                      // MatrixOne would empty the table, whatever the join says
};

// PREPARE s FROM @v: what will run is in the variable.
struct PrepareFromVariable {
  std::string name;      // as written
  std::string variable;  // as written, with its '@'
  GuardSettings guards;  // what the text in it is held against
  ReadOnlyTables read_only;
};

// A plan that ends in the client's own text, or in `text`, once the probes went well.
Plan forward_plan(std::vector<Step> probes = {}, std::string text = {});
// The account's administrator may clone anything but system databases; others what they may read, table by
// table, into what they may create.
Planned plan_clone(const Clone& statement, Planning& p);
// From 4.0 on MatrixOne checks rights itself; system databases are refused to everyone, on every version.
Planned plan_data_branch(const DataBranch& statement, Planning& p);
Planned plan_delete_all(const DeleteAll& statement, Planning& p);
// Reads the variable, holds its text against the guards and sends it as a literal.
Planned plan_prepare_from_variable(const PrepareFromVariable& statement, Planning& p);

}  // namespace mogate::rewrite
