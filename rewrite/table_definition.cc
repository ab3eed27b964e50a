#include "rewrite/table_definition.h"

#include "rewrite/sql/lexer.h"
#include "rewrite/sql/quoting.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace mogate::rewrite {
namespace {

using sql::Token;
using sql::TokenKind;

std::string_view trimmed(std::string_view text) {
  std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// The elements of the list, as written, and what follows it. An element that is cut off is left out.
struct Parts {
  std::vector<std::string_view> elements;
  std::string_view options;
};

Parts split(std::string_view ddl) {
  Parts out;
  sql::Lexer lexer(ddl);
  int depth = 0;
  std::size_t begin = 0;
  for (Token t = lexer.next(); !t.is_end(); t = lexer.next()) {
    if (t.is('(') && ++depth == 1) begin = t.end;
    bool closes = t.is(')') && --depth == 0;
    if (!closes && !(t.is(',') && depth == 1)) continue;
    out.elements.push_back(trimmed(ddl.substr(begin, t.begin - begin)));
    begin = t.end;
    if (!closes) continue;
    out.options = trimmed(ddl.substr(t.end));
    break;
  }
  return out;
}

// The names of the first list in parentheses from here on.
std::vector<std::string> read_names(sql::Lexer& lexer) {
  std::vector<std::string> out;
  bool inside = false;
  int depth = 0;
  for (Token t = lexer.next(); !t.is_end(); t = lexer.next()) {
    if (t.is('(')) inside = true, ++depth;
    if (t.is(')') && --depth == 0) break;
    if (inside && t.is_name()) out.push_back(sql::unquote(t));
  }
  return out;
}

bool ends_type(const Token& t) {
  constexpr std::array<std::string_view, 8> kWords{"NOT",       "NULL",    "DEFAULT", "AUTO_INCREMENT",
                                                   "GENERATED", "COMMENT", "ON",      "AS"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return t.is(word); });
}

// Inside the type's parentheses: an enum's members, or a length.
void read_argument(const Token& t, TableColumn& out) {
  if (t.kind == TokenKind::string) out.members.push_back(sql::unquote(t));
  if (t.kind == TokenKind::number && out.width == 0)
    std::from_chars(t.text.data(), t.text.data() + t.text.size(), out.width);
}

void read_attribute(const Token& t, bool after_not, TableColumn& out) {
  if (t.is("NULL") && after_not) out.nullable = false;
  if (t.is("AUTO_INCREMENT")) out.auto_increment = true;
  if (t.is("GENERATED") || t.is("AS")) out.generated = true;
}

void read_column(std::string_view element, sql::Lexer& lexer, const Token& name, TableDefinition& out) {
  Token type = lexer.next();
  if (type.kind != TokenKind::word) return;
  TableColumn column;
  column.name = sql::unquote(name);
  column.type = sql::fold(type.text);
  column.text = element.substr(type.begin);
  bool in_type = true, after_not = false;
  int depth = 0;
  for (Token t = lexer.next(); !t.is_end(); t = lexer.next()) {
    if (t.is('(')) ++depth;
    if (t.is(')')) --depth;
    if (depth == 0 && in_type && ends_type(t)) {
      in_type = false;
      column.declared = trimmed(element.substr(type.begin, t.begin - type.begin));
    }
    if (in_type && depth > 0) read_argument(t, column);
    if (!in_type && depth == 0) read_attribute(t, after_not, column);
    after_not = t.is("NOT");
  }
  if (in_type) column.declared = column.text;
  out.columns.push_back(std::move(column));
}

// `p` or `d`.`p`, after REFERENCES.
void read_referenced(sql::Lexer& lexer, ForeignKey& out) {
  for (Token t = lexer.next(); !t.is_end(); t = lexer.next()) {
    if (t.is('(')) return;
    if (!t.is_name()) continue;
    out.database = std::move(out.table);
    out.table = sql::unquote(t);
  }
}

void read_foreign_key(std::string_view element, sql::Lexer& lexer, std::string name, TableDefinition& out) {
  ForeignKey key;
  key.name = std::move(name);
  key.text = element;
  key.columns = read_names(lexer);
  for (Token t = lexer.next(); !t.is_end() && !t.is("REFERENCES");) t = lexer.next();
  read_referenced(lexer, key);
  out.foreign_keys.push_back(std::move(key));
}

// UNIQUE KEY `u` USING BTREE (`a`), FULLTEXT `f`(`a`): the first quoted name is the key's.
void read_key(std::string_view element, TableDefinition& out) {
  TableKey key;
  key.text = element;
  sql::Lexer lexer(element);
  sql::Lexer before = lexer;
  for (Token t = lexer.next(); !t.is_end() && !t.is('('); t = lexer.next()) {
    if (t.is("UNIQUE")) key.unique = true;
    if (t.kind == TokenKind::quoted_word && key.name.empty()) key.name = sql::unquote(t);
    before = lexer;
  }
  key.columns = read_names(before);
  out.keys.push_back(std::move(key));
}

void read_constraint(std::string_view element, sql::Lexer& lexer, const Token& first, TableDefinition& out) {
  Token t = first;
  std::string name;
  if (t.is("CONSTRAINT")) {
    t = lexer.next();
    if (t.kind == TokenKind::quoted_word) name = sql::unquote(t), t = lexer.next();
  }
  if (t.is("PRIMARY")) {
    out.primary_key = read_names(lexer);
  } else if (t.is("FOREIGN")) {
    read_foreign_key(element, lexer, std::move(name), out);
  } else if (t.is("CHECK")) {
    out.keys.push_back({std::move(name), {}, std::string(element)});
  } else {
    read_key(element, out);
  }
}

bool has_partitions(std::string_view options) {
  sql::Lexer lexer(options);
  for (Token t = lexer.next(); !t.is_end(); t = lexer.next())
    if (t.is("PARTITION")) return true;
  return false;
}

}  // namespace

const TableColumn* TableDefinition::find(std::string_view column) const {
  auto it = std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == column; });
  return it == columns.end() ? nullptr : &*it;
}

TableDefinition read_definition(std::string_view ddl) {
  TableDefinition out;
  Parts parts = split(ddl);
  for (std::string_view element : parts.elements) {
    sql::Lexer lexer(element);
    Token first = lexer.next();
    if (first.kind == TokenKind::quoted_word) {
      read_column(element, lexer, first, out);
    } else if (first.kind == TokenKind::word) {
      read_constraint(element, lexer, first, out);
    }
  }
  out.options = parts.options;
  out.partitioned = has_partitions(parts.options);
  return out;
}

}  // namespace mogate::rewrite
