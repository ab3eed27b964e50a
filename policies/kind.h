// What a statement is, by its first words.
#pragma once

#include "policies/statement_facts.h"

#include <string>

namespace mogate::policies {

struct Kind {
  std::string name;
  StatementClass kind_class = StatementClass::other;
};

// At the statement's first token. EXPLAIN ANALYZE is what it runs, WITH what it leads to.
Kind read_kind(rewrite::sql::Cursor in);

// A rule's `kind`: a whole name, its first word, or one of the classes read, write, dml, ddl, session and
// transaction. False: nothing is called so.
bool is_kind_pattern(std::string_view pattern);
bool kind_matches(const StatementFacts& facts, std::string_view pattern);

}  // namespace mogate::policies
