#include "rewrite/guards/hazard_judge.h"

#include "rewrite/guards/session_settings.h"
#include "rewrite/guards/sys_functions.h"
#include "rewrite/guards/table_references.h"
#include "rewrite/sql/quoting.h"

#include <algorithm>
#include <initializer_list>

namespace mogate::rewrite {
namespace {

using sql::Token;
using sql::TokenKind;

bool is_any(const Token& t, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](auto word) { return t.is(word); });
}

}  // namespace

void HazardJudge::take(const Token& t) {
  look_for_sys_function(t);
  if (t.is(';')) return statement_ends();
  if (t.kind == TokenKind::hint) return;
  follow_point(t);
  if (t.is('(')) ++now_.depth;
  if (t.is(')')) --now_.depth;
  if (now_.verb == Verb::undecided || now_.verb == Verb::explain) return decide(t);
  go_on(t);
}

void HazardJudge::look_for_sys_function(const Token& t) {
  if (t.kind == TokenKind::hint) {
    now_.hints += t.text.substr(3, t.text.size() - 5);
    if (now_.hints.size() > kLongest || !mentioned_in_hint(now_.hints).empty()) raise(Hazard::mo_ctl);
  }
  constexpr Token kParenthesis{TokenKind::punctuation, 0, 0, 1, "("};
  auto name = sys_function(t, kParenthesis);
  if (name == "mo_ctl" || (now_.callable && t.is('('))) raise(Hazard::mo_ctl);
  now_.callable = !name.empty();
  if (!now_.view || t.kind != TokenKind::string) return;
  if (t.text.empty() || !mentioned_sys_function(sql::unquote(t, mode_)).empty()) raise(Hazard::mo_ctl);
}

// At the first word, or behind EXPLAIN, at the first that can be explained.
void HazardJudge::decide(const Token& t) {
  bool explained = now_.verb == Verb::explain;
  if (t.is('(')) return;
  if (is_any(t, {"INSERT", "REPLACE"})) now_.verb = Verb::insert;
  if (t.is("UPDATE")) now_.verb = Verb::update;
  if (t.is("DELETE")) now_.verb = Verb::erase;
  if (t.is("WITH")) now_.verb = Verb::with;
  if (t.is("SELECT")) now_.verb = Verb::other;
  if (explained || now_.verb != Verb::undecided) return t.is("GATEWAY") ? raise(Hazard::extended) : void();
  now_.verb = is_any(t, {"EXPLAIN", "DESCRIBE", "DESC"})  ? Verb::explain
              : is_any(t, {"TRUNCATE", "DROP", "RENAME"}) ? Verb::ddl
              : t.is("LOAD")                              ? Verb::insert
              : t.is("ALTER")                             ? Verb::alter
              : t.is("CREATE")                            ? Verb::create
              : t.is("SET")                               ? Verb::set
              : t.is("PREPARE")                           ? Verb::prepare
              : t.is("BEGIN")                             ? Verb::begin
              : t.is("SHOW")                              ? Verb::show
                                                          : Verb::other;
  bool ours =
      is_any(t, {"FLUSH", "CHECKPOINT", "GLOBAL", "INCREMENTAL", "SNAPSHOT", "RESTORE", "KILL", "DATA"});
  // COM_STMT_PREPARE takes a string or a variable for the statement.
  if (ours || t.kind == TokenKind::string || t.kind == TokenKind::variable) raise(Hazard::extended);
}

void HazardJudge::go_on(const Token& t) {
  switch (now_.verb) {
    case Verb::with:
      if (now_.depth != 0) return;
      if (t.is("SELECT")) now_.verb = Verb::other;
      if (t.is("UPDATE")) now_.verb = Verb::update;
      if (t.is("DELETE")) now_.verb = Verb::erase;
      return;
    case Verb::prepare: return in_prepare(t);
    case Verb::set:
      if (t.is("CONNECTION") || (now_.remapping && (t.is('=') || t.is(':')))) raise(Hazard::extended);
      now_.remapping = is_remapping_variable(t, mode_);
      return;
    case Verb::create: return in_create(t);
    case Verb::alter:
      if (is_any(t, {"ROLE", "FUNCTION", "PROCEDURE", "TASK"})) raise(Hazard::extended);
      now_.view = t.is("VIEW");
      now_.verb = now_.view ? Verb::other : Verb::ddl;
      return;
    case Verb::begin:
      if (t.is_name() && !is_any(t, {"WORK", "TRANSACTION"})) raise(Hazard::extended);
      now_.verb = Verb::other;
      return;
    case Verb::show:
      if (t.is("GATEWAY")) raise(Hazard::extended);
      now_.verb = Verb::other;
      return;
    default: return in_head(t);
  }
}

// What ends the part of an INSERT, UPDATE or DELETE that names the tables to be changed.
void HazardJudge::in_head(const Token& t) {
  if (now_.verb == Verb::insert && (t.is('(') || is_any(t, {"VALUES", "VALUE", "SELECT", "WITH", "SET"})))
    now_.head = false;
  if (now_.depth != 0) return;
  if (now_.verb == Verb::update && t.is("SET")) now_.head = false;
  if (now_.verb != Verb::erase) return;
  if (t.is("WHERE")) now_.head = false;
  now_.row_by_row = now_.row_by_row || is_any(t, {"WHERE", "LIMIT", "RETURNING"});
}

// PREPARE s FROM …
void HazardJudge::in_prepare(const Token& t) {
  if (++now_.after_prepare < 3) return;
  now_.after_prepare = 0;
  now_.verb = Verb::undecided;
  decide(t);
}

void HazardJudge::in_create(const Token& t) {
  if (!now_.head) return;
  bool routine = is_any(t, {"FUNCTION", "PROCEDURE", "TASK"}) && !now_.table;
  bool clone = t.is("CLONE") && now_.table && !now_.name_next;
  if (routine || clone) raise(Hazard::extended);
  now_.view = t.is("VIEW") && !now_.table;
  now_.head = !now_.view && !t.is('(') && !is_any(t, {"AS", "SELECT"});
  if (t.is_name()) now_.name_next = false;
  bool object = !now_.table && is_any(t, {"TABLE", "DATABASE", "SCHEMA"});
  now_.table = now_.table || object;
  now_.name_next = now_.name_next || object || t.is("EXISTS") || t.is('.');
}

// {SNAPSHOT = …} and the like; see take_point().
void HazardJudge::follow_point(const Token& t) {
  switch (now_.point) {
    case Point::outside: break;
    case Point::opened:
      now_.point_kind = point_kind(t);
      now_.point = now_.point_kind.empty() ? Point::outside : Point::named;
      if (now_.point == Point::named) return;
      break;
    case Point::named: {
      bool begins = now_.point_kind == "AS" ? t.is("OF") : t.is('=');
      now_.point = begins ? Point::inside : Point::outside;
      if (!begins) break;
      now_.reading = now_.point_kind;
      return point_begins();
    }
    case Point::inside:
      if (!t.is('}')) return void((now_.reading += ' ') += t.text.empty() ? "" : normal_text(t, mode_));
      return point_ends();
  }
  if (t.is('{')) now_.point = Point::opened;
}

void HazardJudge::point_begins() {
  bool changes = now_.verb == Verb::insert || now_.verb == Verb::update || now_.verb == Verb::erase;
  if (now_.verb == Verb::ddl || (changes && now_.head)) raise(Hazard::extended);
}

void HazardJudge::point_ends() {
  now_.point = Point::outside;
  if (now_.first_point.empty()) now_.first_point = now_.reading;
  if (now_.first_point != now_.reading) raise(Hazard::two_snapshots);
}

void HazardJudge::statement_ends() {
  if (now_.point == Point::inside) point_ends();
  if (now_.verb == Verb::erase && !now_.row_by_row) raise(Hazard::extended);
  now_ = Statement{};
}

void HazardJudge::end() { statement_ends(); }

}  // namespace mogate::rewrite
