#include "rewrite/subscription/alter.h"

#include "rewrite/sql/lexer.h"
#include "rewrite/sql/quoting.h"
#include "rewrite/table_definition.h"

#include <algorithm>
#include <map>

namespace mogate::rewrite {
namespace {

using sql::Token;
using sql::TokenKind;
using Statements = std::vector<std::string>;
using Renames = std::map<std::string, std::string>;  // old name, new name

std::string dotted(std::string_view database, std::string_view table) {
  return sql::quote_name(database) + "." + sql::quote_name(table);
}

std::string names(const std::vector<std::string>& columns) {
  std::string out;
  for (const auto& c : columns) out += (out.empty() ? "" : ", ") + sql::quote_name(c);
  return "(" + out + ")";
}

// REFERENCES `p` (…) becomes REFERENCES `d`.`p` (…).
std::string qualified(const ForeignKey& key, std::string_view database) {
  if (!key.database.empty()) return key.text;
  sql::Lexer lexer(key.text);
  Token t = lexer.next();
  while (!t.is_end() && !t.is("REFERENCES")) t = lexer.next();
  return key.text.substr(0, t.end) + " " + sql::quote_name(database) + "." +
         key.text.substr(lexer.next().begin);
}

// Without what the two versions spell differently.
std::string normal(std::string_view text) {
  std::string out;
  sql::Lexer lexer(text);
  for (Token t = lexer.next(); !t.is_end(); t = lexer.next()) {
    if (!out.empty()) out += ' ';
    out += t.kind == TokenKind::word ? sql::fold(t.text) : std::string(t.text);
  }
  return out;
}

std::string normal(const ForeignKey& key) {
  std::string out = normal(key.text);
  for (std::string_view action :
       {" on delete no action", " on update no action", " on delete restrict", " on update restrict"})
    if (auto at = out.find(action); at != std::string::npos) out.erase(at, action.size());
  return out;
}

std::string normal(const TableKey& key) { return normal(key.text); }
bool is_check(const TableKey& key) { return key.columns.empty(); }

template <class Keys>
std::vector<std::string> sorted(const Keys& keys) {
  std::vector<std::string> out;
  for (const auto& key : keys) out.push_back(normal(key));
  std::sort(out.begin(), out.end());
  return out;
}

// COMMENT='x' and the rest of the options.
struct Options {
  std::string comment = "''";
  std::string rest;
};

Options read_options(std::string_view text) {
  Options out;
  sql::Lexer lexer(text);
  for (Token t = lexer.next(); !t.is_end(); t = lexer.next()) {
    if (t.is("COMMENT")) {
      t = lexer.next();
      if (t.is('=')) t = lexer.next();
      out.comment = t.text;
    } else {
      out.rest += sql::fold(t.text) + ' ';
    }
  }
  return out;
}

// What decides which values fit: 3.0 tells neither character sets nor TINYTEXT.
std::string type_of(const TableColumn& c) {
  std::string out = normal(c.declared);
  for (std::string_view word : {" character set ", " collate "})
    out.resize(std::min(out.size(), out.find(word)));
  return out == "tinytext" ? "text" : out;
}

bool fits(const TableColumn& a, const TableColumn& b) {
  return a.name == b.name && type_of(a) == type_of(b) && a.generated == b.generated;
}

class Alter {
 public:
  Alter(std::string_view database, std::string_view table, TableDefinition from, TableDefinition to)
      : database_(database), table_(dotted(database, table)), from_(std::move(from)), to_(std::move(to)) {}

  std::optional<Statements> statements(TableId id) {
    if (from_.columns.empty() || to_.columns.empty()) return {};
    if (id == TableId::same && !rename_columns()) return {};
    if (!can_alter()) return {};
    drop_keys();
    drop_columns();
    put_columns();
    add_keys();
    put_comment();
    return std::move(out_);
  }

 private:
  void add(const std::string& text) { out_.push_back("ALTER TABLE " + table_ + " " + text); }

  // With the same id the columns are the same ones, in the same places.
  bool rename_columns() {
    if (from_.columns.size() != to_.columns.size()) return false;
    Renames renames;
    for (std::size_t i = 0; i < from_.columns.size(); ++i) {
      const std::string &old = from_.columns[i].name, &recent = to_.columns[i].name;
      if (old == recent) continue;
      if (from_.has(recent)) return false;
      add("RENAME COLUMN " + sql::quote_name(old) + " TO " + sql::quote_name(recent));
      renames[old] = recent;
    }
    if (!renames.empty()) follow(renames);
    return true;
  }

  // The server renames the column in the keys too.
  void follow(const Renames& renames) {
    auto rename = [&](std::string& name) {
      if (auto it = renames.find(name); it != renames.end()) name = it->second;
    };
    for (auto& c : from_.columns) rename(c.name);
    for (auto& name : from_.primary_key) rename(name);
    for (auto& key : from_.keys) key.text = follow(key.text, renames);
    for (auto& key : from_.foreign_keys) key.text = follow(key.text, renames);
  }

  // Up to the end of the first list: what follows may be names of another table.
  static std::string follow(const std::string& text, const Renames& renames) {
    std::string out;
    std::size_t copied = 0;
    bool in_list = false;
    sql::Lexer lexer(text);
    for (Token t = lexer.next(); !t.is_end() && !t.is(')'); t = lexer.next()) {
      in_list = in_list || t.is('(');
      auto it = in_list && t.is_name() ? renames.find(sql::unquote(t)) : renames.end();
      if (it == renames.end()) continue;
      out += text.substr(copied, t.begin - copied) + sql::quote_name(it->second);
      copied = t.end;
    }
    return out + text.substr(copied);
  }

  bool can_alter() const {
    return from_.primary_key == to_.primary_key &&
           read_options(from_.options).rest == read_options(to_.options).rest && same_checks() &&
           same_order() && std::none_of(to_.columns.begin(), to_.columns.end(), [&](const TableColumn& c) {
             const TableColumn* old = from_.find(c.name);
             return old != nullptr && (old->generated || c.generated) && normal(old->text) != normal(c.text);
           });
  }

  // ALTER TABLE knows no CHECK.
  bool same_checks() const {
    auto checks = [](TableDefinition t) {
      std::erase_if(t.keys, [](const TableKey& key) { return !is_check(key); });
      return sorted(t.keys);
    };
    return checks(from_) == checks(to_);
  }

  bool same_order() const {
    auto common = [](const TableDefinition& of, const TableDefinition& with) {
      std::vector<std::string> out;
      for (const auto& c : of.columns)
        if (with.has(c.name)) out.push_back(c.name);
      return out;
    };
    auto stay = common(from_, to_);
    return !stay.empty() && stay == common(to_, from_);
  }

  template <class Keys, class Key>
  static bool has(const Keys& keys, const Key& key) {
    return std::any_of(keys.begin(), keys.end(), [&](const Key& k) { return normal(k) == normal(key); });
  }

  // ALTER TABLE … DROP INDEX wants the session to have a database.
  void drop_keys() {
    for (const auto& key : from_.foreign_keys)
      if (!has(to_.foreign_keys, key)) add("DROP FOREIGN KEY " + sql::quote_name(key.name));
    for (const auto& key : from_.keys)
      if (!has(to_.keys, key)) out_.push_back("DROP INDEX " + sql::quote_name(key.name) + " ON " + table_);
  }

  void drop_columns() {
    for (const auto& c : from_.columns)
      if (!to_.has(c.name)) add("DROP COLUMN " + sql::quote_name(c.name));
  }

  void put_columns() {
    std::string place = " FIRST";
    for (const auto& c : to_.columns) {
      std::string column = sql::quote_name(c.name);
      const TableColumn* old = from_.find(c.name);
      if (old == nullptr) add("ADD COLUMN " + column + " " + c.text + place);
      if (old != nullptr && normal(old->text) != normal(c.text))
        add("MODIFY COLUMN " + column + " " + c.text);
      place = " AFTER " + column;
    }
  }

  void add_keys() {
    for (const auto& key : to_.keys)
      if (!has(from_.keys, key)) add("ADD " + key.text);
    for (const auto& key : to_.foreign_keys)
      if (!has(from_.foreign_keys, key)) add("ADD " + qualified(key, database_));
  }

  void put_comment() {
    std::string comment = read_options(to_.options).comment;
    if (comment != read_options(from_.options).comment) add("COMMENT = " + comment);
  }

  std::string_view database_;
  std::string table_;
  TableDefinition from_, to_;
  Statements out_;
};

}  // namespace

std::string create_statement(std::string_view database, std::string_view table, std::string_view ddl) {
  TableDefinition t = read_definition(ddl);
  if (t.columns.empty()) return {};
  std::string out = "CREATE TABLE IF NOT EXISTS " + dotted(database, table) + " (";
  for (std::size_t i = 0; i < t.columns.size(); ++i)
    out += (i == 0 ? "" : ", ") + sql::quote_name(t.columns[i].name) + " " + t.columns[i].text;
  if (!t.primary_key.empty()) out += ", PRIMARY KEY " + names(t.primary_key);
  for (const auto& key : t.keys) out += ", " + key.text;
  for (const auto& key : t.foreign_keys) out += ", " + qualified(key, database);
  return out + ")" + (t.options.empty() ? "" : " " + t.options);
}

std::optional<Statements> alter_statements(std::string_view database, std::string_view table,
                                           std::string_view ddl_from, std::string_view ddl_to, TableId id) {
  return Alter(database, table, read_definition(ddl_from), read_definition(ddl_to)).statements(id);
}

bool same_definition(std::string_view ddl_a, std::string_view ddl_b) {
  TableDefinition a = read_definition(ddl_a), b = read_definition(ddl_b);
  return a.primary_key == b.primary_key && normal(a.options) == normal(b.options) &&
         sorted(a.keys) == sorted(b.keys) && sorted(a.foreign_keys) == sorted(b.foreign_keys) &&
         std::equal(a.columns.begin(), a.columns.end(), b.columns.begin(), b.columns.end(),
                    [](const TableColumn& x, const TableColumn& y) {
                      return x.name == y.name && normal(x.text) == normal(y.text);
                    });
}

bool same_columns(std::string_view ddl_a, std::string_view ddl_b) {
  TableDefinition a = read_definition(ddl_a), b = read_definition(ddl_b);
  return std::equal(a.columns.begin(), a.columns.end(), b.columns.begin(), b.columns.end(), fits);
}

std::string empty_statement(std::string_view database, std::string_view table, bool referenced) {
  return referenced ? "DELETE FROM " + dotted(database, table) + " WHERE TRUE"
                    : "TRUNCATE TABLE " + dotted(database, table);
}

}  // namespace mogate::rewrite
