// What rules look at in one statement, read from its tokens: comments, case, blanks and quotes make no
// difference.
#pragma once

#include "rewrite/sql/cursor.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::policies {

enum class StatementClass : std::uint8_t {
  read,
  session,      // SET, USE, PREPARE, EXECUTE …: changes the session at most
  transaction,  // BEGIN, COMMIT …
  dml,
  ddl,
  other,  // whatever else: counts as a write
};

struct StatementFacts {
  std::string kind;  // "SELECT", "CREATE TABLE", "SNAPSHOT RESTORE"; "" of what nobody can read
  StatementClass kind_class = StatementClass::other;
  // All that it names, folded, in order; more than those where the text does not decide it, never fewer. An
  // empty database is the current one, an empty table a whole database.
  std::vector<rewrite::sql::TableName> tables;
  std::string text;            // words in lower case, one blank between tokens, literals as ?
  std::string literals;        // the same with the literals, as 'text' and numbers
  std::uint64_t digest = 0;    // as SHOW GATEWAY DIGESTS has it
  bool rewrite_hint = false;   // /*+ {…} */, or a SET that makes MatrixOne rewrite statements
  bool makes_routine = false;  // CREATE or ALTER FUNCTION | PROCEDURE | TASK
  bool without_where = false;  // an UPDATE or DELETE of all rows
  bool writes_file = false;    // SELECT … INTO OUTFILE
};

// `statement` is one part as sql::split() gives them.
StatementFacts read_statement(std::string_view statement, rewrite::sql::SqlMode mode);

// Reads only (no changes to data, definitions or rights), or keeps to the session.
bool changes_nothing(const StatementFacts& facts);

}  // namespace mogate::policies
