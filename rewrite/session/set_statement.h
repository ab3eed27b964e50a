// What a SET statement assigns. MatrixOne's grammar, which differs from MySQL's: SET @x.y = 1 sets @y, and
// SET NAMES sets three user variables and nothing else (docs/decisions.md, "Resetting a session").
#pragma once

#include "rewrite/sql/cursor.h"

#include <string>
#include <vector>

namespace mogate::rewrite {

struct SetStatement {
  std::vector<std::string> variables;       // of the session, folded, without a scope
  std::vector<std::string> user_variables;  // as written, with '@'
};

// At the word SET. What is global or persistent, a role, a password is left out.
SetStatement read_set(sql::Cursor in);

}  // namespace mogate::rewrite
