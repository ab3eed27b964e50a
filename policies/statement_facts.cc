#include "policies/statement_facts.h"

#include "policies/kind.h"
#include "policies/named_tables.h"
#include "policies/plain_text.h"
#include "rewrite/digest.h"
#include "rewrite/guards/session_settings.h"
#include "rewrite/sql/quoting.h"

namespace mogate::policies {
namespace {

using rewrite::sql::Lexer;
using rewrite::sql::SqlMode;
using rewrite::sql::Token;
using rewrite::sql::TokenKind;

// MatrixOne acts on JSON and on SIDECAR hints (NATIVE.md 7); MySQL's, as /*+ MAX_EXECUTION_TIME(9) */, do no
// harm.
bool rewrites(std::string_view hint) {
  return hint.find('{') != std::string_view::npos ||
         rewrite::sql::fold(hint).find("sidecar") != std::string::npos;
}

void look_at(const Token& t, StatementFacts& facts, SqlMode mode, bool sets) {
  if (t.kind == TokenKind::hint) facts.rewrite_hint = facts.rewrite_hint || rewrites(t.text);
  if (sets && rewrite::is_remapping_variable(t, mode)) facts.rewrite_hint = true;
  if (t.is("OUTFILE") || t.is("DUMPFILE")) facts.writes_file = true;
}

// Outside parentheses.
bool has_where(std::string_view statement, SqlMode mode) {
  Lexer lexer(statement, mode);
  int depth = 0;
  for (auto t = lexer.next(); !t.is_end(); t = lexer.next()) {
    depth += t.is('(') ? 1 : t.is(')') ? -1 : 0;
    if (depth <= 0 && t.is("WHERE")) return true;
  }
  return false;
}

}  // namespace

StatementFacts read_statement(std::string_view statement, SqlMode mode) {
  StatementFacts facts;
  auto kind = read_kind(rewrite::sql::Cursor(statement, mode));
  facts.kind = std::move(kind.name);
  facts.kind_class = kind.kind_class;
  facts.tables = named_tables(statement, mode);
  facts.text = plain_text(statement, mode, Literals::as_marks);
  facts.literals = plain_text(statement, mode, Literals::kept);
  facts.digest = rewrite::digest(statement, mode).hash;
  Lexer lexer(statement, mode);
  bool sets = facts.kind == "SET";
  for (auto t = lexer.next(); !t.is_end(); t = lexer.next()) look_at(t, facts, mode, sets);
  bool on_routine = facts.kind.ends_with(" FUNCTION") || facts.kind.ends_with(" PROCEDURE") ||
                    facts.kind.ends_with(" TASK");
  facts.makes_routine = on_routine && !facts.kind.starts_with("DROP");
  facts.without_where = (facts.kind == "UPDATE" || facts.kind == "DELETE") && !has_where(statement, mode);
  return facts;
}

bool changes_nothing(const StatementFacts& facts) {
  if (facts.writes_file) return false;
  return facts.kind_class == StatementClass::read || facts.kind_class == StatementClass::session ||
         facts.kind_class == StatementClass::transaction;
}

}  // namespace mogate::policies
