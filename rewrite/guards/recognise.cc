#include "rewrite/guards/recognise.h"

#include "rewrite/guards/cloning.h"
#include "rewrite/guards/delete_all.h"
#include "rewrite/guards/point_in_time.h"
#include "rewrite/guards/session_settings.h"
#include "rewrite/guards/statement_starts.h"
#include "rewrite/guards/sys_functions.h"
#include "rewrite/sql/quoting.h"
#include "rewrite/sql/splitter.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

namespace mogate::rewrite {
namespace {

using sql::Cursor;
using sql::TokenKind;

// Strings that hold statements, in strings that hold statements: nobody writes more than this.
constexpr int kDeepest = 4;

bool concerned(const Parsed& parsed) { return !std::holds_alternative<NotOurs>(parsed); }

Parsed needs_sys(std::string_view what) { return Statement{NeedsSys{std::string(what)}}; }

// Tried on 3.0.12: DELETE t FROM t JOIN u ON t.a = u.a leaves nothing in t.
protocol::SqlError empties_table() {
  return {protocol::errc::mo_not_supported,
          "not supported: DELETE of joined tables without WHERE: this MatrixOne would delete every row. Add "
          "WHERE true",
          {}};
}

bool is_any(const sql::Token& t, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](auto word) { return t.is(word); });
}

class Recogniser {
 public:
  explicit Recogniser(const ParseOptions& options)
      : options_(options), mode_(options.dialect.lexer_mode(options.mode)) {
    options_.recognise_extended = false;
  }

  // A part of the client's text.
  Parsed part(std::string_view text) const {
    auto function = guards().mo_ctl ? find_sys_function(text, mode_) : std::string_view();
    return function.empty() ? statement(text, 0) : needs_sys(function);
  }

 private:
  const GuardSettings& guards() const { return options_.guards; }
  Parsed sys_function_in_string(std::string_view text) const;
  Parsed statement(std::string_view text, int depth) const;
  Parsed by_keyword(Cursor& in, std::string_view text, int depth) const;
  Parsed inside_routine(Cursor& in) const;
  Parsed prepare(Cursor& in, int depth) const;
  Parsed prepared_text(std::string_view text, int depth) const;
  Parsed explain(Cursor& in, int depth) const;
  Parsed create(Cursor& in, std::string_view text, int depth) const;
  Parsed alter(Cursor& in, std::string_view text, int depth) const;
  Parsed data_branch(Cursor& in) const;
  Parsed with_delete(Cursor& in) const;
  Parsed delete_all(Cursor& in) const;
  Parsed compound(std::string_view text, int depth) const;
  Parsed strings_as_routines(std::string_view text, int depth) const;
  Parsed strings_as_data(std::string_view text) const;

  ParseOptions options_;
  sql::SqlMode mode_;
};

// `depth`: 0 is the client's own statement, more is inside PREPARE or a routine.
Parsed Recogniser::statement(std::string_view text, int depth) const {
  if (depth > kDeepest) return needs_sys("statements in statements in statements");
  if (auto error = check_writes(text, mode_, options_.read_only)) return *error;
  Cursor in(text, mode_);
  bool explains = is_any(in.peek(), {"EXPLAIN", "DESCRIBE", "DESC"});
  auto error = explains ? std::nullopt : check_points_in_time(text, mode_, guards());
  if (error) return *error;
  return by_keyword(in, text, depth);
}

Parsed Recogniser::by_keyword(Cursor& in, std::string_view text, int depth) const {
  const sql::Token& t = in.peek();
  // COM_STMT_PREPARE becomes PREPARE s FROM <text>, so the text may be a string or a variable too.
  if (t.kind == TokenKind::string) return prepared_text(sql::unquote(t, mode_), depth);
  bool prepares = options_.placeholders != Placeholders::refused;
  if (t.kind == TokenKind::variable && prepares && guards().mo_ctl)
    return protocol::SqlError{
        protocol::errc::mo_not_supported, "not supported: preparing what a variable holds", {}};
  if (depth > 0 && is_any(t, {"KILL", "RESTORE"})) return inside_routine(in);
  if (t.is("PREPARE")) return prepare(in, depth);
  if (t.is("SET")) return judge_set(text, mode_, guards());
  if (t.is("DELETE")) return delete_all(in);
  if (t.is("WITH")) return with_delete(in);
  if (t.is("CREATE")) return create(in, text, depth);
  if (t.is("ALTER")) return alter(in, text, depth);
  if (t.is("DATA")) return data_branch(in);
  if (t.is("BEGIN")) return compound(text, depth);
  if (is_any(t, {"EXPLAIN", "DESCRIBE", "DESC"})) return explain(in, depth);
  return NotOurs{};
}

Parsed Recogniser::inside_routine(Cursor& in) const {
  bool kill = in.peek().is("KILL");
  if (kill ? !guards().kill : !guards().restore) return NotOurs{};
  return needs_sys(kill ? "KILL in a routine" : "RESTORE in a routine");
}

Parsed Recogniser::delete_all(Cursor& in) const {
  auto found = parse_delete_all(in, options_.dialect);
  if (found && found->joined && guards().joined_delete) return empties_table();
  if (!found || !guards().fk_parent_delete) return NotOurs{};
  return Statement{*std::move(found)};
}

Parsed Recogniser::with_delete(Cursor& in) const {
  for (int depth = 0; !in.peek().is_end(); in.take()) {
    depth += in.peek().is('(') ? 1 : in.peek().is(')') ? -1 : 0;
    if (depth == 0 && in.peek().is("DELETE")) return delete_all(in);
    if (depth == 0 && is_any(in.peek(), {"SELECT", "UPDATE"})) break;
  }
  return NotOurs{};
}

Parsed Recogniser::data_branch(Cursor& in) const {
  auto found = guards().data_branch ? parse_data_branch(in) : std::nullopt;
  if (in.failed()) return *in.error();
  if (!found) return NotOurs{};
  return Statement{*std::move(found)};
}

// EXPLAIN [options] statement: only ANALYZE runs it.
Parsed Recogniser::explain(Cursor& in, int depth) const {
  bool runs = false;
  for (in.take(); !in.peek().is_end(); in.take()) {
    runs = runs || in.peek().is("ANALYZE");
    if (is_any(in.peek(), {"SELECT", "WITH", "DELETE", "INSERT", "REPLACE", "UPDATE"})) break;
  }
  return runs ? statement(in.text().substr(in.peek().begin), depth + 1) : NotOurs{};
}

// PREPARE s FROM 'text' | @variable | statement
Parsed Recogniser::prepare(Cursor& in, int depth) const {
  in.take();
  std::string name(in.take().text);
  if (!in.accept("FROM")) return NotOurs{};
  const sql::Token& what = in.peek();
  if (what.kind == TokenKind::string) return prepared_text(sql::unquote(what, mode_), depth);
  if (what.kind != TokenKind::variable) return statement(in.text().substr(what.begin), depth + 1);
  if (depth > 0) return needs_sys("PREPARE from a variable in a routine");
  return Statement{
      PrepareFromVariable{std::move(name), std::string(what.text), guards(), options_.read_only}};
}

// `text` is what a string holds, code or data.
Parsed Recogniser::sys_function_in_string(std::string_view text) const {
  if (!guards().mo_ctl) return NotOurs{};
  auto function = mentioned_sys_function(text);
  if (function.empty()) function = find_sys_function(text, mode_);
  return function.empty() ? NotOurs{} : needs_sys(function);
}

// MatrixOne prepares one statement only, so what it is found to be stands for the whole.
Parsed Recogniser::prepared_text(std::string_view text, int depth) const {
  if (Parsed found = sys_function_in_string(text); concerned(found)) return found;
  for (const auto& one : sql::split(text, mode_))
    if (Parsed found = statement(one.text, depth + 1); concerned(found)) return found;
  return NotOurs{};
}

// CREATE … CLONE, and what carries statements.
Parsed Recogniser::create(Cursor& in, std::string_view text, int depth) const {
  in.take();
  if (guards().clone) {
    Cursor clone = in;
    auto found = parse_clone(clone);
    if (found && clone.failed()) return *clone.error();
    if (found) return Statement{*std::move(found)};
  }
  for (; !in.peek().is_end() && !in.peek().is('(') && !in.peek().is("TABLE"); in.take()) {
    if (in.peek().is("VIEW")) return strings_as_data(text);
    if (in.peek().is("TASK")) return compound(text, depth);
    if (is_any(in.peek(), {"FUNCTION", "PROCEDURE"})) return strings_as_routines(text, depth);
  }
  return NotOurs{};
}

// ALTER ROLE r ADD RULE 'select …' ON TABLE d.t rewrites what the role's users read.
Parsed Recogniser::alter(Cursor& in, std::string_view text, int depth) const {
  in.take();
  if (in.peek().is("VIEW")) return strings_as_data(text);
  if (in.peek().is("TASK")) return compound(text, depth);
  return is_any(in.peek(), {"ROLE", "FUNCTION", "PROCEDURE"}) ? strings_as_routines(text, depth) : NotOurs{};
}

// What runs later, for somebody else or where nobody reads facts for it, is not planned but left to sys.
Parsed Recogniser::compound(std::string_view text, int depth) const {
  auto statements = inner_statements(text, mode_);
  for (auto one = statements.begin() + 1; one != statements.end(); ++one) {
    Parsed found = statement(*one, depth + 1);
    auto* inner = std::get_if<Statement>(&found);
    // A routine's DELETE without WHERE goes by the settings of the session that will call it: unknown here.
    if (!concerned(found) || (inner != nullptr && std::holds_alternative<DeleteAll>(inner->as))) continue;
    if (inner == nullptr || std::holds_alternative<NeedsSys>(inner->as)) return found;
    return needs_sys(std::string(kind_name(*inner)) + " in a routine");
  }
  return NotOurs{};
}

Parsed Recogniser::strings_as_routines(std::string_view text, int depth) const {
  sql::Lexer lexer(text, mode_);
  for (sql::Token t = lexer.next(); !t.is_end(); t = lexer.next()) {
    if (t.kind != TokenKind::string) continue;
    std::string body = "BEGIN " + sql::unquote(t, mode_);
    if (Parsed found = sys_function_in_string(body); concerned(found)) return found;
    if (Parsed found = compound(body, depth); concerned(found)) return found;
  }
  return NotOurs{};
}

Parsed Recogniser::strings_as_data(std::string_view text) const {
  sql::Lexer lexer(text, mode_);
  for (sql::Token t = lexer.next(); !t.is_end(); t = lexer.next()) {
    if (t.kind != TokenKind::string) continue;
    if (Parsed found = sys_function_in_string(sql::unquote(t, mode_)); concerned(found)) return found;
  }
  return NotOurs{};
}

}  // namespace

Parsed recognise_guarded(std::string_view part, const ParseOptions& options) {
  return Recogniser(options).part(part);
}

}  // namespace mogate::rewrite
