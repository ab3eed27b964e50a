#include "rewrite/session/changes.h"

#include "rewrite/session/set_statement.h"
#include "rewrite/sql/first_word.h"
#include "rewrite/sql/quoting.h"
#include "rewrite/sql/splitter.h"

#include <algorithm>
#include <array>
#include <utility>

namespace mogate::rewrite {
namespace {

using sql::Cursor;
using sql::SqlMode;
using sql::TokenKind;

// A session that uses more names than this is not worth remembering.
constexpr std::size_t kMostNames = 256;
constexpr int kDeepest = 4;

// What changes nothing that is kept here. EXECUTE runs what was noted when it was prepared.
constexpr std::array<std::string_view, 12> kHarmless{"INSERT", "UPDATE",   "DELETE",  "REPLACE",
                                                     "COMMIT", "ROLLBACK", "EXECUTE", "START",
                                                     "VALUES", "RELEASE",  "SHOW",    "TRUNCATE"};

bool is_any(std::string_view word, const auto& words) {
  return std::any_of(words.begin(), words.end(), [&](auto w) { return sql::iequals(word, w); });
}

bool has_into(std::string_view s) {
  constexpr std::string_view kInto = "into";
  for (std::size_t i = 0; i + kInto.size() <= s.size(); ++i)
    if (sql::to_lower(s[i]) == 'i' && sql::iequals(s.substr(i, kInto.size()), kInto)) return true;
  return false;
}

bool reads_differently(std::string_view sql, const Dialect& dialect) {
  return dialect.honours_sql_mode() && sql.find_first_of("\"\\") != std::string_view::npos;
}

bool is_role_statement(Cursor in) {
  if (in.accept("SET")) return in.peek().is("ROLE") || in.peek().is("SECONDARY");
  if (!in.accept("USE")) return false;
  return (in.peek().is("ROLE") && in.peek2().is_name()) ||
         (in.peek().is("SECONDARY") && in.peek2().is("ROLE"));
}

}  // namespace

bool may_change_session(std::string_view sql) noexcept {
  constexpr std::array<std::string_view, 2> kReads{"SELECT", "WITH"};
  std::string_view word = sql::first_word(sql);
  if (is_any(word, kReads)) return sql.find('@') != std::string_view::npos && has_into(sql);
  if (sql::iequals(word, "LOAD")) return sql.find('@') != std::string_view::npos;
  return !is_any(word, kHarmless);
}

bool may_change_role(std::string_view sql, const Dialect& dialect) {
  SqlMode mode = dialect.lexer_mode({});
  auto parts = sql::split(sql, mode);
  return std::any_of(parts.begin(), parts.end(),
                     [&](const auto& part) { return is_role_statement(Cursor(part.text, mode)); });
}

void SessionChanges::observe(std::string_view sql, const Dialect& dialect, Ran ran) {
  SqlMode usual = dialect.lexer_mode({});
  auto parts = sql::split(sql, usual);
  for (const auto& part : parts)
    savepoints_.observe(Cursor(part.text, usual),
                        parts.size() == 1 || ran == Ran::succeeded ? ran : Ran::perhaps);
  observe_all(sql, {dialect, usual, ran});
  if (!reads_differently(sql, dialect)) return;
  if (sql.find(';') != std::string_view::npos) savepoints_.note_change();
  if (ran == Ran::succeeded) ran = Ran::perhaps;
  for (SqlMode mode : {SqlMode{true, false}, SqlMode{false, true}, SqlMode{true, true}})
    observe_all(sql, {dialect, mode, ran});
}

void SessionChanges::note_unseen(std::string_view beginning) {
  savepoints_.note_change();
  if (may_change_session(beginning)) note_unknowable("a statement longer than [gateway] inspect_limit");
}

void SessionChanges::observe_all(std::string_view sql, const Reading& how) {
  auto parts = sql::split(sql, how.mode);
  Reading each = how;
  if (parts.size() > 1 && how.ran == Ran::failed) each.ran = Ran::perhaps;
  for (const auto& part : parts) observe_one(part.text, each);
}

void SessionChanges::observe_one(std::string_view statement, const Reading& how) {
  if (how.depth > kDeepest) return note_unknowable("statements in statements in statements");
  Cursor in(statement, how.mode);
  by_first_word(in, how);
  anywhere(statement, how);
}

void SessionChanges::by_first_word(Cursor& in, const Reading& how) {
  if (is_role_statement(in)) {
    role_changed_ = role_changed_ || how.ran != Ran::failed;
  } else if (in.peek().is("SET")) {
    set(in, how.ran);
  } else if (in.peek().is("USE")) {
    use(in, how.ran);
  } else if (in.peek().is("PREPARE")) {
    prepare(in, how);
  } else if (in.peek().is("DEALLOCATE") || in.peek().is("DROP")) {
    deallocate(in);
  } else if (in.peek().is("CREATE") && how.ran != Ran::failed) {
    create(in, how);
  } else if (in.peek().is("LOCK")) {
    tables_locked_ = true;
  } else if (in.peek().is("CALL")) {
    note_unknowable("CALL");
  }
}

void SessionChanges::set(const Cursor& in, Ran ran) {
  SetStatement found = read_set(in);
  bool alone = found.variables.size() + found.user_variables.size() == 1;
  if (ran == Ran::failed && alone) return;
  for (auto& name : found.variables) note_variable(std::move(name), ran != Ran::succeeded);
  for (auto& name : found.user_variables) note_name(user_variables_, std::move(name));
}

void SessionChanges::use(Cursor& in, Ran ran) {
  in.take();
  if (!in.peek().is_name() || ran == Ran::failed) return;
  database_ = ran == Ran::succeeded ? sql::unquote(in.peek(), in.mode()) : std::string();
}

// PREPARE s FROM 'text' | @variable | statement
void SessionChanges::prepare(Cursor& in, const Reading& how) {
  in.take();
  note_name(prepared_, sql::fold(sql::unquote(in.take(), in.mode())));
  if (!in.accept("FROM") || how.ran == Ran::failed) return;
  Reading inner = how;
  inner.ran = Ran::perhaps;
  ++inner.depth;
  if (in.peek().kind == TokenKind::variable) return note_unknowable("PREPARE from a variable");
  if (in.peek().kind == TokenKind::string) return observe_all(sql::unquote(in.peek(), in.mode()), inner);
  observe_one(in.text().substr(in.peek().begin), inner);
}

// DEALLOCATE | DROP PREPARE s
void SessionChanges::deallocate(Cursor& in) {
  in.take();
  if (in.accept("PREPARE")) std::erase(prepared_, sql::fold(sql::unquote(in.peek(), in.mode())));
}

// CREATE TEMPORARY TABLE [IF NOT EXISTS] [d.]t. A DROP of it may be rolled back, so the name is kept.
void SessionChanges::create(Cursor& in, const Reading& how) {
  in.take();
  if (!in.accept("TEMPORARY", "TABLE")) return;
  if (in.accept("IF", "NOT")) in.accept("EXISTS");
  sql::TableName t;
  t.table = sql::unquote(in.take(), in.mode());
  if (in.accept('.')) {
    t.database = std::move(t.table);
    t.table = sql::unquote(in.take(), in.mode());
  } else {
    t.database = database_;
  }
  if (!how.dialect.has_drop_temporary_table()) return note_unknowable("CREATE TEMPORARY TABLE");
  if (t.database.empty()) return note_unknowable("CREATE TEMPORARY TABLE in an unknown database");
  bool known = std::find(temporary_tables_.begin(), temporary_tables_.end(), t) != temporary_tables_.end();
  if (!known && !full()) temporary_tables_.push_back(std::move(t));
}

// SELECT … INTO @a, @b; LOAD DATA … (@a); GET_LOCK(…)
void SessionChanges::anywhere(std::string_view statement, const Reading& how) {
  Cursor in(statement, how.mode);
  bool loads = in.peek().is("LOAD"), inserts = in.peek().is("INSERT") || in.peek().is("REPLACE");
  for (bool into = false; !in.peek().is_end(); in.take()) {
    bool variable = in.peek().kind == TokenKind::variable;
    if (variable && (into || loads)) note_name(user_variables_, std::string(in.peek().text));
    into = (in.peek().is("INTO") && !inserts) || (into && (variable || in.peek().is(',')));
    if (in.peek().is("GET_LOCK") && in.peek2().is('(')) locks_taken_ = true;
  }
}

void SessionChanges::note_variable(std::string name, bool doubtful) {
  auto known =
      std::find_if(variables_.begin(), variables_.end(), [&](const Variable& v) { return v.name == name; });
  if (known != variables_.end()) {
    known->doubtful = known->doubtful && doubtful;
  } else if (!full()) {
    variables_.push_back({std::move(name), doubtful});
  }
}

void SessionChanges::note_name(std::vector<std::string>& names, std::string name) {
  auto same = [&](const std::string& known) { return sql::iequals(known, name); };
  if (std::none_of(names.begin(), names.end(), same) && !full()) names.push_back(std::move(name));
}

void SessionChanges::note_unknowable(std::string_view why) {
  if (unknowable_.empty()) unknowable_ = why;
}

bool SessionChanges::full() {
  std::size_t names =
      variables_.size() + user_variables_.size() + prepared_.size() + temporary_tables_.size();
  if (names < kMostNames) return false;
  note_unknowable("more names than the gateway remembers");
  return true;
}

}  // namespace mogate::rewrite
