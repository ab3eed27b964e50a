#include "rewrite/table_definition.h"

#include "rewrite/sql/lexer.h"
#include "rewrite/sql/quoting.h"

#include <algorithm>

namespace mogate::rewrite {
namespace {

using sql::Token;
using sql::TokenKind;

std::vector<std::string> read_names(sql::Lexer& lexer, int& depth) {
  std::vector<std::string> out;
  for (Token t = lexer.next(); !t.is_end(); t = lexer.next()) {
    if (t.is('(')) ++depth;
    if (t.is(')')) return --depth, out;
    if (t.is_name()) out.push_back(sql::unquote(t));
  }
  return out;
}

// At the first token of an element: a column, or a key or constraint.
void read_element(sql::Lexer& lexer, const Token& first, TableDefinition& out, int& depth) {
  if (first.kind == TokenKind::quoted_word) {
    Token type = lexer.next();
    if (type.kind == TokenKind::word) out.columns.push_back({sql::unquote(first), sql::fold(type.text)});
  } else if (first.is("PRIMARY") && lexer.next().is("KEY")) {
    out.primary_key = read_names(lexer, depth);
  }
}

}  // namespace

bool TableDefinition::has(std::string_view column) const {
  return std::any_of(columns.begin(), columns.end(), [&](const auto& c) { return c.name == column; });
}

TableDefinition read_definition(std::string_view ddl) {
  TableDefinition out;
  sql::Lexer lexer(ddl);
  int depth = 0;
  bool at_element = false;
  for (Token t = lexer.next(); !t.is_end(); t = lexer.next()) {
    if (at_element) {
      at_element = false;
      read_element(lexer, t, out, depth);
      continue;
    }
    if (t.is('(')) at_element = ++depth == 1;
    if (t.is(')') && --depth == 0) return out;
    if (t.is(',')) at_element = depth == 1;
  }
  return out;
}

}  // namespace mogate::rewrite
