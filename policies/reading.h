// The statements of a text, each with the rules that its words let through. Which session sends it and when
// does not matter yet, so that a reading can be kept.
#pragma once

#include "policies/rule_set.h"

#include <string>
#include <string_view>
#include <vector>

namespace mogate::policies {

struct Part {
  std::string text;  // as it came
  // In the text that was read, or that it does not stand in it as it is.
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
  std::size_t offset = 0;
  StatementFacts facts;
  RuleIndices rules;
  std::string database;  // the current one where it stands
  // A statement inside another one: of PREPARE … FROM, of BEGIN … END. Only what refuses it counts.
  bool inner = false;
  // Of PREPARE, EXECUTE and DEALLOCATE: the statement's name; of PREPARE … FROM @v the variable as written.
  std::string prepared, variable;
};

struct Reading {
  std::vector<Part> parts;
};

// `database` is the current one, folded; empty: none. For COM_STMT_PREPARE `text` may be a string that holds
// the statement, as in PREPARE … FROM.
Reading read_text(const RuleSet& rules, std::string_view text, rewrite::sql::SqlMode mode,
                  std::string_view database);

}  // namespace mogate::policies
