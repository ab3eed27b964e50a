#include "rewrite/guards/point_in_time.h"

#include "rewrite/guards/table_references.h"
#include "rewrite/sql/cursor.h"
#include "rewrite/sql/quoting.h"

#include <string>

namespace mogate::rewrite {
namespace {

using sql::Cursor;

protocol::SqlError refused(std::string_view what) {
  return {protocol::errc::mo_not_supported, "not supported: " + std::string(what), {}};
}

protocol::SqlError two_points() {
  return refused(
      "one statement that reads two points in time: MatrixOne would silently take the first for both. Read "
      "them in two "
      "statements, CLONE them into tables, or compare them with SNAPSHOT DIFF s1 s2 TABLE t");
}

protocol::SqlError changes_the_past() {
  return refused(
      "changing a table at a point in time: MatrixOne would change the table as it is now. Leave out the "
      "{...}, or CLONE "
      "the table at that point and change the clone");
}

bool two_points_read(std::string_view statement, sql::SqlMode mode) {
  std::string first;
  for (Cursor in(statement, mode); !in.peek().is_end();) {
    std::string point = take_point(in);
    if (point.empty()) {
      if (in.take().is(';')) first.clear();  // inside a compound statement
    } else if (first.empty()) {
      first = std::move(point);
    } else if (point != first) {
      return true;
    }
  }
  return false;
}

// UPDATE a{…}, b SET …: the past is changed if one of the columns to be set is, or may be, one of a's.
bool update_changes_past(Cursor& in) {
  TableReferences refs = read_references(in, {"SET"});
  if (refs.past.empty()) return false;
  if (!refs.several) return true;
  in.expect("SET");
  for (int depth = 0;
       !in.peek().is_end() && !(depth == 0 && (in.peek().is("WHERE") || in.peek().is("FROM")));) {
    bool qualified = in.peek().is_name() && in.peek2().is('.');
    bool assigned = in.peek().is_name() && in.peek2().is('=');
    std::string name = qualified ? last_qualifier(in) : std::string();
    if (depth == 0 && (qualified ? in.peek2().is('=') && refs.is_past(name) : assigned)) return true;
    skip_expression(in, depth);
  }
  return false;
}

// DELETE FROM t{…} | DELETE a, b FROM refs | DELETE FROM a, b USING refs
bool delete_changes_past(Cursor& in) {
  while (in.accept("LOW_PRIORITY") || in.accept("HIGH_PRIORITY") || in.accept("DELAYED") ||
         in.accept("QUICK") || in.accept("IGNORE"))
    continue;
  bool from_first = in.accept("FROM");
  TableReferences targets = read_references(in, {"FROM", "USING", "WHERE"});
  bool single = from_first && !in.peek().is("USING");
  if (single || in.peek().is_end()) return !targets.past.empty();
  in.take();
  TableReferences refs = read_references(in, {"WHERE"});
  for (const std::string& name : targets.names)
    if (refs.is_past(name)) return true;
  return false;
}

// INSERT INTO t{…} …: only what stands before the rows is the table.
bool insert_changes_past(Cursor& in) {
  auto rows_begin = [&] {
    const sql::Token& t = in.peek();
    return t.is_end() || t.is('(') || t.is("VALUES") || t.is("VALUE") || t.is("SELECT") || t.is("WITH") ||
           t.is("SET");
  };
  while (!rows_begin()) {
    if (!take_point(in).empty()) return true;
    in.take();
  }
  return false;
}

bool any_point(Cursor& in) {
  while (!in.peek().is_end()) {
    if (!take_point(in).empty()) return true;
    in.take();
  }
  return false;
}

// WITH … UPDATE, WITH … DELETE
void skip_with(Cursor& in) {
  if (!in.peek().is("WITH")) return;
  for (int depth = 0; !in.peek().is_end(); in.take()) {
    depth += in.peek().is('(') ? 1 : in.peek().is(')') ? -1 : 0;
    if (depth == 0 && (in.peek().is("UPDATE") || in.peek().is("DELETE") || in.peek().is("SELECT"))) return;
  }
}

bool changes_past(Cursor& in) {
  skip_with(in);
  if (in.accept("UPDATE")) return update_changes_past(in);
  if (in.accept("DELETE")) return delete_changes_past(in);
  if (in.accept("INSERT") || in.accept("REPLACE") || in.accept("LOAD")) return insert_changes_past(in);
  if (in.accept("TRUNCATE") || in.accept("DROP", "TABLE") || in.accept("ALTER", "TABLE") ||
      in.accept("RENAME", "TABLE"))
    return any_point(in);
  return false;
}

}  // namespace

std::optional<protocol::SqlError> check_points_in_time(std::string_view statement, sql::SqlMode mode,
                                                       const GuardSettings& guards) {
  if (statement.find('{') == std::string_view::npos) return std::nullopt;
  Cursor in(statement, mode);
  bool compares = in.peek().is("DATA") && in.peek2().is("BRANCH");
  if (guards.snapshot_dml && changes_past(in)) return changes_the_past();
  if (guards.two_snapshots && !compares && two_points_read(statement, mode)) return two_points();
  return std::nullopt;
}

}  // namespace mogate::rewrite
