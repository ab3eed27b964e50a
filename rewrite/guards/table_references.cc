#include "rewrite/guards/table_references.h"

#include "rewrite/sql/quoting.h"

#include <algorithm>

namespace mogate::rewrite {
namespace {

using sql::Cursor;
using sql::Token;

int depth_change(const Token& t) { return t.is('(') ? 1 : t.is(')') ? -1 : 0; }

bool joins(const Token& t) { return t.is(',') || t.is("JOIN") || t.is("STRAIGHT_JOIN") || t.is("APPLY"); }

}  // namespace

bool skip_derived(Cursor& in) {
  const Token& inner = in.peek2();
  if (!in.peek().is('(') || !(inner.is("SELECT") || inner.is("WITH") || inner.is("VALUES"))) return false;
  int depth = 0;
  do depth += depth_change(in.take());
  while (depth > 0 && !in.peek().is_end());
  return true;
}

std::string_view point_kind(const Token& t) {
  for (std::string_view kind : {"SNAPSHOT", "TIMESTAMP", "MO_TS", "AS"})
    if (t.is(kind)) return kind;
  return {};
}

std::string normal_text(const Token& t, sql::SqlMode mode) {
  return t.is_name() ? sql::fold(sql::unquote(t, mode)) : sql::unquote(t, mode);
}

bool TableReferences::is_past(std::string_view name) const {
  return std::find(past.begin(), past.end(), name) != past.end();
}

std::string take_point(Cursor& in) {
  if (!in.peek().is('{')) return {};
  Cursor ahead = in;
  ahead.take();
  std::string point(point_kind(ahead.take()));
  if (point.empty() || !(point == "AS" ? ahead.peek().is("OF") : ahead.peek().is('='))) return {};
  in = ahead;
  for (in.take(); !in.peek().is_end() && !in.peek().is('}');)
    point += ' ' + normal_text(in.take(), in.mode());
  in.accept('}');
  return point;
}

TableReferences read_references(Cursor& in, std::initializer_list<std::string_view> stops) {
  TableReferences out;
  std::string name;
  auto stopped = [&](std::string_view word) { return in.peek().is(word); };
  for (int depth = 0; !in.peek().is_end();) {
    if (depth == 0 && std::any_of(stops.begin(), stops.end(), stopped)) break;
    if (skip_derived(in)) continue;
    if (!take_point(in).empty()) {
      out.past.push_back(name);
      in.accept("AS");
      if (in.peek().is_name()) out.past.push_back(normal_text(in.peek(), in.mode()));
      continue;
    }
    Token t = in.take();
    depth += depth_change(t);
    out.several |= joins(t);
    if (t.is_name()) out.names.push_back(name = normal_text(t, in.mode()));
  }
  return out;
}

std::string last_qualifier(Cursor& in) {
  std::string name;
  while (in.peek().is_name() && in.peek2().is('.')) {
    name = normal_text(in.take(), in.mode());
    in.take();
  }
  return name;
}

void skip_expression(Cursor& in, int& depth) {
  while (!in.peek().is_end()) {
    bool ends = depth == 0 && (in.peek().is("WHERE") || in.peek().is("FROM"));
    if (ends) return;
    Token t = in.take();
    depth += depth_change(t);
    if (depth == 0 && t.is(',')) return;
  }
}

}  // namespace mogate::rewrite
