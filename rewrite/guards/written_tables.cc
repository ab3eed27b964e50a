#include "rewrite/guards/written_tables.h"

#include "rewrite/guards/table_references.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <utility>

namespace mogate::rewrite {
namespace {

using sql::Cursor;
using sql::TableName;
using sql::Token;
using Names = std::vector<TableName>;

// Behind a table none of these is its alias.
constexpr std::array<std::string_view, 21> kNoAlias{
    "AS",    "CROSS",     "FORCE", "FROM",    "FULL",  "IGNORE",        "INNER",
    "JOIN",  "LEFT",      "LIMIT", "NATURAL", "ON",    "ORDER",         "OUTER",
    "RIGHT", "PARTITION", "SET",   "USE",     "USING", "STRAIGHT_JOIN", "WHERE"};

template <class Words>
bool is_any(const Token& t, const Words& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return t.is(word); });
}

bool is_any(const Token& t, std::initializer_list<std::string_view> words) {
  return is_any<std::initializer_list<std::string_view>>(t, words);
}

void skip_words(Cursor& in, std::initializer_list<std::string_view> words) {
  while (is_any(in.peek(), words)) in.take();
}

bool skip_to(Cursor& in, std::initializer_list<std::string_view> words) {
  while (!in.peek().is_end() && !is_any(in.peek(), words)) in.take();
  return !in.peek().is_end();
}

void skip_parentheses(Cursor& in) {
  int depth = 0;
  if (!in.peek().is('(')) return;
  do {
    depth += in.peek().is('(') ? 1 : in.peek().is(')') ? -1 : 0;
    in.take();
  } while (depth > 0 && !in.peek().is_end());
}

// [[x.]d.]t; nothing if none stands there.
bool take_name(Cursor& in, TableName& out) {
  if (!in.peek().is_name()) return false;
  out = {{}, normal_text(in.take(), in.mode())};
  while (in.peek().is('.') && in.peek2().is_name()) {
    in.take();
    out.database = std::move(out.table);
    out.table = normal_text(in.take(), in.mode());
  }
  return true;
}

void add_name(Cursor& in, Names& out) {
  TableName name;
  if (take_name(in, name)) out.push_back(std::move(name));
}

// Of a database as a whole.
void add_database(Cursor& in, Names& out) {
  TableName name;
  if (take_name(in, name)) out.push_back({std::move(name.table), {}});
}

// A table that is joined or listed, and what the rest of the statement calls it.
struct Source {
  TableName table;
  std::string alias;
};

Source take_source(Cursor& in) {
  Source out;
  take_name(in, out.table);
  if (in.accept("PARTITION")) skip_parentheses(in);
  take_point(in);
  in.accept("AS");
  bool named = in.peek().is_name() && !is_any(in.peek(), kNoAlias);
  out.alias = named ? normal_text(in.take(), in.mode()) : out.table.table;
  return out;
}

// Up to the first of `stops` outside parentheses, or the end. Words of ON conditions may come with them.
std::vector<Source> take_sources(Cursor& in, std::initializer_list<std::string_view> stops) {
  std::vector<Source> out;
  bool table_next = true;
  for (int depth = 0; !in.peek().is_end() && !(depth <= 0 && is_any(in.peek(), stops));) {
    if (skip_derived(in)) {
      table_next = false;
      continue;
    }
    const Token& t = in.peek();
    if (table_next && t.is_name() && !t.is("LATERAL")) {
      out.push_back(take_source(in));
      table_next = false;
      continue;
    }
    depth += t.is('(') ? 1 : t.is(')') ? -1 : 0;
    table_next = is_any(t, {"JOIN", "STRAIGHT_JOIN", "APPLY", "LATERAL"}) || t.is(',') || t.is('(');
    in.take();
  }
  return out;
}

// What `name` is called in `sources`: the tables that it may be.
void resolve(const TableName& name, const std::vector<Source>& sources, Names& out) {
  bool found = false;
  for (const Source& s : sources) {
    bool is_it = name.database.empty() ? s.alias == name.table : s.table == name;
    if (is_it) out.push_back(s.table);
    found |= is_it;
  }
  if (!found) out.push_back(name);
}

void insert(Cursor& in, Names& out) {
  skip_words(in, {"LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "IGNORE", "OVERWRITE", "INTO", "TABLE"});
  add_name(in, out);
}

// UPDATE sources SET a.b = …: of several tables those are changed whose columns are set.
void update(Cursor& in, Names& out) {
  skip_words(in, {"LOW_PRIORITY", "IGNORE"});
  auto sources = take_sources(in, {"SET"});
  if (sources.size() < 2) {
    for (const Source& s : sources) out.push_back(s.table);
    return;
  }
  in.accept("SET");
  for (int depth = 0; !in.peek().is_end() && !is_any(in.peek(), {"WHERE", "FROM", "ORDER", "LIMIT"});) {
    bool qualified = in.peek().is_name() && in.peek2().is('.');
    std::string of = qualified ? last_qualifier(in) : std::string();
    for (const Source& s : sources)
      if (of.empty() || of == s.alias || of == s.table.table) out.push_back(s.table);
    skip_expression(in, depth);
  }
}

// DELETE FROM t | DELETE a, b FROM sources | DELETE FROM a, b USING sources
void erase(Cursor& in, Names& out) {
  skip_words(in, {"LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "QUICK", "IGNORE"});
  bool from_first = in.accept("FROM");
  auto targets = take_sources(in, {"FROM", "USING", "WHERE", "ORDER", "LIMIT"});
  bool joined = in.accept("USING") || (!from_first && in.accept("FROM"));
  auto sources = joined ? take_sources(in, {"WHERE", "ORDER", "LIMIT"}) : targets;
  for (const Source& t : targets) {
    if (joined) {
      resolve(t.table, sources, out);
    } else {
      out.push_back(t.table);
    }
  }
}

void load(Cursor& in, Names& out) {
  while (skip_to(in, {"INTO"})) {
    in.take();
    if (in.accept("TABLE")) add_name(in, out);
  }
}

// t, u, …, and what stands behind each of `also`, as in a TO b, c TO d.
void list(Cursor& in, Names& out, std::string_view also = {}) {
  do {
    add_name(in, out);
    if (!also.empty() && in.accept(also)) add_name(in, out);
  } while (in.accept(','));
}

void truncate(Cursor& in, Names& out) {
  in.accept("TABLE");
  list(in, out);
}

void index_on(Cursor& in, Names& out) {
  if (skip_to(in, {"ON"})) in.take(), add_name(in, out);
}

void if_exists(Cursor& in) { skip_words(in, {"IF", "NOT", "EXISTS"}); }

void drop(Cursor& in, Names& out) {
  in.accept("TEMPORARY");
  if (in.accept("INDEX")) return index_on(in, out);
  if (in.accept("DATABASE") || in.accept("SCHEMA")) return if_exists(in), add_database(in, out);
  if (!in.accept("TABLE") && !in.accept("TABLES")) return;
  if_exists(in);
  list(in, out);
}

// CREATE … {TABLE | VIEW | SEQUENCE | SOURCE} t, CREATE … INDEX i ON t
void create(Cursor& in, Names& out) {
  constexpr std::array<std::string_view, 16> kElse{
      "ACCOUNT", "CDC",  "CONNECTOR", "DATABASE", "FUNCTION", "PITR",         "PROCEDURE", "PUBLICATION",
      "ROLE",    "RULE", "SCHEMA",    "SNAPSHOT", "STAGE",    "SUBSCRIPTION", "TASK",      "USER"};
  for (; !in.peek().is_end() && !in.peek().is('('); in.take()) {
    if (is_any(in.peek(), kElse)) return;
    if (in.peek().is("INDEX")) return index_on(in, out);
    if (is_any(in.peek(), {"TABLE", "VIEW", "SEQUENCE", "SOURCE"})) break;
  }
  in.take();
  if_exists(in);
  add_name(in, out);
}

// ALTER TABLE t … [RENAME [TO] u]
void alter(Cursor& in, Names& out) {
  if (in.accept("DATABASE") || in.accept("SCHEMA")) return add_database(in, out);
  if (!in.accept("TABLE") && !in.accept("VIEW")) return;
  if_exists(in);
  TableName table;
  if (!take_name(in, table)) return;
  out.push_back(table);
  while (skip_to(in, {"RENAME"})) {
    in.take();
    if (!in.accept("TO")) in.accept("AS");
    in.accept('=');
    TableName other;
    if (is_any(in.peek(), {"COLUMN", "INDEX", "KEY", "CONSTRAINT"}) || !take_name(in, other)) continue;
    if (other.database.empty()) out.push_back({table.database, other.table});
    out.push_back(std::move(other));
  }
}

// DATA BRANCH CREATE | DELETE | MERGE | PICK …
void data_branch(Cursor& in, Names& out) {
  if (in.peek().is("DIFF")) return;
  while (skip_to(in, {"DATABASE", "TABLE", "INTO", "AS"})) {
    bool database = in.take().is("DATABASE");
    database ? add_database(in, out) : add_name(in, out);
  }
}

// RESTORE [ACCOUNT a] DATABASE d [TABLE t] | TABLE d.t …: into the own account. What restores a whole account
// brings back with the rows how far its subscriptions are.
void restore(Cursor& in, Names& out) {
  TableName name;
  bool database = skip_to(in, {"DATABASE", "TABLE", "TO"}) && in.peek().is("DATABASE");
  if (database || in.peek().is("TABLE")) in.take(), take_name(in, name);
  if (database) name = {std::move(name.table), {}};
  if (database && in.accept("TABLE") && in.peek().is_name()) name.table = normal_text(in.take(), in.mode());
  if (!name.database.empty() && !skip_to(in, {"TO"})) out.push_back(std::move(name));
}

bool skip_with(Cursor& in) {
  for (int depth = 0; !in.peek().is_end(); in.take()) {
    depth += in.peek().is('(') ? 1 : in.peek().is(')') ? -1 : 0;
    if (depth == 0 && is_any(in.peek(), {"UPDATE", "DELETE", "INSERT", "REPLACE"})) return true;
  }
  return false;
}

constexpr std::array<std::pair<std::string_view, void (*)(Cursor&, Names&)>, 10> kVerbs{{
    {"INSERT", insert},
    {"REPLACE", insert},
    {"UPDATE", update},
    {"DELETE", erase},
    {"LOAD", load},
    {"TRUNCATE", truncate},
    {"DROP", drop},
    {"CREATE", create},
    {"ALTER", alter},
    {"RESTORE", restore},
}};

}  // namespace

std::vector<TableName> written_tables(std::string_view statement, sql::SqlMode mode) {
  Names out;
  Cursor in(statement, mode);
  while (in.accept('(')) continue;
  if (in.peek().is("WITH") && !skip_with(in)) return out;
  if (in.accept("RENAME", "TABLE") || in.accept("RENAME", "TABLES")) {
    list(in, out, "TO");
  } else if (in.accept("DATA", "BRANCH")) {
    data_branch(in, out);
  } else {
    for (auto [verb, read] : kVerbs)
      if (in.accept(verb)) return read(in, out), out;
  }
  return out;
}

}  // namespace mogate::rewrite
