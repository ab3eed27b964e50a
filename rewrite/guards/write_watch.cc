#include "rewrite/guards/write_watch.h"

#include "rewrite/guards/table_references.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace mogate::rewrite {
namespace {

bool is_any(const sql::Token& t, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](auto word) { return t.is(word); });
}

// Behind these a statement may begin, as in guards/statement_starts.h.
bool opens_statement(const sql::Token& t) {
  return t.is(';') || is_any(t, {"BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT"});
}

}  // namespace

WriteWatch::Statement WriteWatch::begin(const sql::Token& t) const {
  if (t.is('(')) return statement_;
  if (is_any(t, {"INSERT", "REPLACE"})) return Statement::insert;
  if (is_any(t, {"UPDATE", "DELETE", "LOAD", "TRUNCATE", "DROP", "CREATE", "ALTER", "RENAME", "DATA"}))
    return Statement::writes;
  if (statement_ == Statement::may_write) return statement_;
  if (is_any(t, {"WITH", "EXPLAIN", "DESCRIBE", "DESC", "PREPARE"})) return Statement::may_write;
  return t.is("USE") ? Statement::use : Statement::passed;
}

// A name of a chain a.b: `name_` is the one before it.
void WriteWatch::look_at(std::string name) {
  sql::TableName table{behind_dot_ ? std::move(name_) : std::string(), name};
  if (of_database_ && !behind_dot_) table = {name, {}};
  if (!refusal_) refusal_ = read_only_.refusal(table);
  name_ = std::move(name);
}

void WriteWatch::take(const sql::Token& t) {
  if (!read_only_.tables || t.kind == sql::TokenKind::hint) return;
  if (opens_statement(t)) {
    // In the middle of a statement that writes these are but words.
    if (statement_ != Statement::writes || t.is(';')) statement_ = Statement::begins;
    return;
  }
  switch (statement_) {
    case Statement::passed: return;
    case Statement::begins:
    case Statement::may_write: statement_ = begin(t); return;
    case Statement::use:
      if (t.is_name()) read_only_.database = normal_text(t, mode_);
      statement_ = Statement::passed;
      return;
    case Statement::insert:
      if (t.is('(') || is_any(t, {"VALUES", "VALUE", "SELECT", "SET", "WITH"}))
        statement_ = Statement::passed;
      break;
    case Statement::writes: break;
  }
  if (statement_ != Statement::passed && t.is_name()) look_at(normal_text(t, mode_));
  behind_dot_ = t.is('.');
  of_database_ = is_any(t, {"DATABASE", "SCHEMA"}) || (of_database_ && is_any(t, {"IF", "EXISTS"}));
}

}  // namespace mogate::rewrite
