#include "policies/named_tables.h"

#include "rewrite/guards/table_references.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace mogate::policies {
namespace {

using rewrite::sql::Cursor;
using rewrite::sql::TableName;
using rewrite::sql::Token;

bool is_any(const Token& t, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](auto word) { return t.is(word); });
}

// What ends a list of tables at its depth.
bool ends_list(const Token& t) {
  return is_any(
      t, {"WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "SET", "SELECT", "UNION", "INTERSECT", "EXCEPT",
          "MINUS", "WINDOW", "VALUES", "VALUE", "FIELDS", "COLUMNS", "ADD", "MODIFY", "CHANGE"});
}

// Words that stand between one of the words below and the name.
bool is_filler(const Token& t) {
  return is_any(t, {"IF", "NOT", "EXISTS", "LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "IGNORE", "OVERWRITE",
                    "QUICK", "ONLY", "LATERAL", "TEMPORARY"});
}

class Reader {
 public:
  Reader(std::string_view statement, rewrite::sql::SqlMode mode) : in_(statement, mode) {}

  std::vector<TableName> read() {
    lists_.push_back(false);
    begin();
    while (!in_.peek().is_end()) step();
    return std::move(out_);
  }

 private:
  // The statement's first words decide what some later ones mean.
  void begin() {
    while (in_.peek().is('(')) step();
    const Token& t = in_.peek();
    creates_ = is_any(t, {"CREATE", "ALTER"});
    shows_ = t.is("SHOW");
    renames_ = is_any(t, {"ALTER", "RENAME"});
    grants_ = is_any(t, {"GRANT", "REVOKE", "DROP", "CREATE"});
    branches_ = t.is("DATA");
    if (is_any(t, {"INSERT", "REPLACE", "UPDATE", "TRUNCATE", "DESC", "DESCRIBE", "EXPLAIN", "RESTORE"})) {
      if (is_any(t, {"DESC", "DESCRIBE", "EXPLAIN"})) return describe();
      last_ = in_.take();
      want();
    }
  }

  void describe() {
    in_.take();
    if (!is_any(in_.peek(), {"ANALYZE", "VERBOSE", "FORMAT", "SELECT", "WITH", "INSERT", "UPDATE", "DELETE",
                             "REPLACE", "GATEWAY", "FORCE", "PHYPLAN", "EXECUTE"}))
      want();
  }

  void want() {
    wanted_ = true;
    lists_.back() = true;
  }

  void step() {
    Token t = in_.peek();
    if (t.is('(')) return open();
    if (t.is(')')) return close();
    if (t.is('{') && !rewrite::take_point(in_).empty()) return;
    if (t.is(',')) {
      wanted_ = lists_.back();
    } else if (wanted_ && is_filler(t)) {
      // goes on
    } else if (leads(t)) {
      want();
      // CREATE DATABASE d CLONE e
      bool clones = t.is("CLONE") && out_.size() == 1 && out_[0].table.empty();
      of_database_ = clones || is_any(t, {"DATABASE", "SCHEMA"});
    } else if (wanted_ && t.is_name() && !ends_list(t)) {
      return take_name();
    } else {
      if (ends_list(t)) lists_.back() = false;
      wanted_ = false;
    }
    last_ = in_.take();
  }

  // A table's name comes next.
  bool leads(const Token& t) const {
    if (in_.peek2().is('.') || last_.is('.')) return false;
    if (t.is("UPDATE")) return !is_any(last_, {"KEY", "FOR"});
    if (is_any(t, {"FROM", "JOIN", "STRAIGHT_JOIN", "INTO", "TABLE", "TABLES", "REFERENCES", "USING", "CLONE",
                   "APPLY", "VIEW", "DATABASE", "SCHEMA", "SEQUENCE", "AGAINST"}))
      return true;
    if (t.is("LIKE")) return creates_;
    if (t.is("IN")) return shows_;
    if (t.is("TO") || t.is("AS")) return renames_ || (branches_ && t.is("TO"));
    if (branches_ && is_any(t, {"DIFF", "MERGE", "PICK"})) return true;
    if (t.is("DELETE") || t.is("INSERT") || t.is("REPLACE")) return !in_.peek2().is('(');
    return t.is("ON") && grants_;
  }

  void open() {
    // FROM (a, b JOIN c); but (columns) behind a name
    bool tables = wanted_;
    last_ = in_.take();
    lists_.push_back(tables);
    wanted_ = tables;
  }

  void close() {
    last_ = in_.take();
    if (lists_.size() > 1) lists_.pop_back();
    wanted_ = false;
  }

  // [[x.]d.]t
  void take_name() {
    TableName name{{}, rewrite::normal_text(in_.take(), in_.mode())};
    while (in_.peek().is('.')) {
      in_.take();
      if (!in_.peek().is_name() && !in_.peek().is('*')) break;
      name.database = std::move(name.table);
      auto last = in_.take();
      name.table = last.is('*') ? std::string() : rewrite::normal_text(last, in_.mode());
    }
    if (of_database_ && name.database.empty()) name = {std::move(name.table), {}};
    out_.push_back(std::move(name));
    wanted_ = of_database_ = false;
    last_ = {};
  }

  Cursor in_;
  std::vector<TableName> out_;
  std::vector<bool> lists_;  // for each open parenthesis: a ',' leads to a further table
  Token last_;
  bool wanted_ = false;
  bool of_database_ = false;
  bool creates_ = false, shows_ = false, renames_ = false, grants_ = false, branches_ = false;
};

}  // namespace

std::vector<TableName> named_tables(std::string_view statement, rewrite::sql::SqlMode mode) {
  return Reader(statement, mode).read();
}

}  // namespace mogate::policies
