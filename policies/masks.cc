#include "policies/masks.h"

#include "rewrite/sql/quoting.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <initializer_list>

namespace mogate::policies {
namespace {

using rewrite::sql::Cursor;
using rewrite::sql::SqlMode;
using rewrite::sql::Token;
using rewrite::sql::TokenKind;

bool is_any(const Token& t, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](auto word) { return t.is(word); });
}

protocol::SqlError refuse(std::string_view what) {
  return protocol::privilege_error("mogate policies mask columns of this table: " + std::string(what));
}

// The columns of the masked tables that a statement names.
std::vector<const MaskedColumn*> concerned(const Part& part, const std::vector<const Rule*>& masks) {
  std::vector<const MaskedColumn*> out;
  for (const auto* rule : masks)
    for (const auto& column : rule->columns) {
      TablePatterns pattern;
      pattern.add(column.database + "." + column.table);
      bool named = std::any_of(part.facts.tables.begin(), part.facts.tables.end(),
                               [&](const auto& table) { return pattern.matches(table, part.database); });
      if (named) out.push_back(&column);
    }
  return out;
}

// Words before which a '(' belongs to a function or an operator, not to an alias with names for its columns.
bool no_alias_before(const Token& t) {
  return t.kind == TokenKind::word &&
         is_any(t, {"FROM",  "JOIN", "STRAIGHT_JOIN", "ON",     "AND",    "OR",    "XOR",
                    "NOT",   "LIKE", "BETWEEN",       "IN",     "IS",     "DIV",   "MOD",
                    "WHEN",  "THEN", "ELSE",          "CASE",   "REGEXP", "RLIKE", "LATERAL",
                    "APPLY", "USE",  "FORCE",         "IGNORE", "FOR"});
}

bool is_no_alias(const Token& t) {
  return t.kind == TokenKind::word &&
         is_any(t, {"USING", "INDEX", "KEY", "PARTITION", "IN", "ON", "AND", "OR", "NOT", "JOIN", "FROM",
                    "AS", "VALUES", "LATERAL", "APPLY", "EXISTS", "ANY", "ALL", "SOME"});
}

// Walks over a statement and says what it does with the masked columns.
class Walk {
 public:
  Walk(const Part& part, SqlMode mode, const std::vector<const MaskedColumn*>& columns)
      : lexer_(part.text, mode), mode_(mode), columns_(columns) {
    levels_.push_back({});
    advance();
    advance();
    while (!now_.is_end()) step();
  }

  bool touches = false;  // a masked column or a star stands in it
  bool misuses = false;  // a masked column in an expression, or under another name
  bool unites = false;   // UNION and its like
  bool renames = false;  // lists of column names
  bool into = false;

 private:
  enum class Clause { head, with, list, set, from, rest };
  struct Level {
    Clause clause = Clause::head;
    bool item_begins = false;    // of a list or of SET: nothing of the item was seen yet
    bool in_expression = false;  // of a list or of SET further out
  };

  void advance() {
    before_ = last_;
    last_ = now_;
    now_ = after_;
    do after_ = lexer_.next();
    while (after_.kind == TokenKind::hint);
  }
  Level& level() { return levels_.back(); }

  void step() {
    if (now_.is('(')) return open();
    if (now_.is(')')) return close();
    if (now_.is(',')) {
      level().item_begins = level().clause == Clause::list || level().clause == Clause::set;
      return advance();
    }
    if (keyword()) return;
    if (now_.is('*') && level().clause == Clause::list && level().item_begins) return star();
    if (now_.is_name()) return name();
    level().item_begins = false;
    advance();
  }

  void open() {
    bool from = level().clause == Clause::from && last_.is_name() && !is_no_alias(last_);
    bool alias = before_.is(')') || before_.is('}') || (before_.is_name() && !no_alias_before(before_));
    bool with = level().clause == Clause::with && last_.is_name() && !last_.is("AS");
    renames = renames || (from && alias) || with;
    touches = touches || renames;  // the new name does not tell which column it is
    bool inside = level().clause == Clause::list || level().clause == Clause::set;
    Level next{Clause::head, false, level().in_expression || (inside && !last_.is("VALUES"))};
    if (level().clause == Clause::from) next.clause = Clause::from;
    if (level().clause == Clause::rest || inside) next.clause = Clause::rest;
    level().item_begins = false;
    levels_.push_back(next);
    advance();
  }

  void close() {
    if (levels_.size() > 1) levels_.pop_back();
    level().item_begins = false;
    advance();
  }

  bool keyword() {
    if (now_.kind != TokenKind::word || last_.is('.') || after_.is('.')) return false;
    if (is_any(now_, {"UNION", "INTERSECT", "EXCEPT", "MINUS"})) unites = true;
    if (now_.is("INTO")) into = true;
    bool stays = level().item_begins && is_any(now_, {"DISTINCT", "ALL", "DISTINCTROW"});
    if (is_any(now_, {"SELECT", "RETURNING"})) {
      enter(Clause::list);
    } else if (now_.is("WITH")) {
      enter(Clause::with);
    } else if (now_.is("SET") || (now_.is("UPDATE") && last_.is("KEY"))) {
      enter(Clause::set);
    } else if (is_any(now_, {"FROM", "UPDATE", "USING"})) {
      enter(Clause::from);
    } else if (is_any(now_,
                      {"WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "INTO", "VALUES", "UNION", "WINDOW"})) {
      enter(Clause::rest);
    } else if (now_.is("TABLE")) {
      touches = true;
      return false;
    } else if (!stays) {
      return false;
    }
    advance();
    return true;
  }

  void enter(Clause clause) {
    level().clause = clause;
    level().item_begins = clause == Clause::list || clause == Clause::set;
  }

  void star() {
    touches = true;
    misuses = misuses || level().in_expression;
    level().item_begins = false;
    advance();
  }

  // [[d.]t.]c
  void name() {
    bool begins = level().item_begins;
    while (after_.is('.')) {
      advance();
      advance();
      if (now_.is('*')) {
        misuses = misuses || !begins;
        return star();
      }
      if (!now_.is_name()) return;
    }
    if (!after_.is('(') && is_masked()) use(begins);
    level().item_begins = false;
    advance();
  }

  void use(bool begins) {
    touches = true;
    bool ends = after_.is(',') || after_.is("FROM") || after_.is(')') || after_.is(';') || after_.is_end();
    bool selected = level().clause == Clause::list && begins && ends && !level().in_expression;
    bool assigned = level().clause == Clause::set && begins && after_.is('=');
    bool reads = level().clause == Clause::list || level().clause == Clause::set || level().in_expression;
    misuses = misuses || (reads && !selected && !assigned);
  }

  bool is_masked() const {
    auto name = rewrite::sql::fold(rewrite::sql::unquote(now_, mode_));
    return std::any_of(columns_.begin(), columns_.end(),
                       [&](const auto* c) { return glob(name, c->column); });
  }

  rewrite::sql::Lexer lexer_;
  SqlMode mode_;
  const std::vector<const MaskedColumn*>& columns_;
  Token before_, last_, now_, after_;
  std::vector<Level> levels_;
};

bool has_word(const std::string& text, std::string_view word) {
  return (" " + text + " ").find(" " + std::string(word) + " ") != std::string::npos;
}

// Makes another table, name or view of a masked one, of which no rule knows.
bool copies(const Part& part, const Walk& walk) {
  const auto& kind = part.facts.kind;
  if (kind.starts_with("ALTER") || kind == "RENAME" || kind == "DATA BRANCH" || kind == "MERGE") return true;
  if (kind.starts_with("CREATE"))
    return has_word(part.facts.text, "clone") ||
           (walk.touches && kind != "CREATE INDEX" && kind != "CREATE TABLE") ||
           has_word(part.facts.text, "select");
  if (!walk.touches) return false;
  if (kind == "UPDATE") return part.facts.tables.size() > 1;
  return (kind == "INSERT" || kind == "REPLACE") &&
         (part.facts.text.find("select ") != std::string::npos || has_word(part.facts.text, "table"));
}

// What hands out data of tables that it does not name.
bool copies_unseen(const Part& part) {
  const auto& kind = part.facts.kind;
  return kind == "CREATE CDC" || kind == "CREATE PUBLICATION" || kind == "CREATE SUBSCRIPTION" ||
         part.facts.text.find("metadata_scan") != std::string::npos;
}

std::string hex_of_hash(std::string_view value) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(reinterpret_cast<const unsigned char*>(value.data()), value.size(), hash.data());
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (auto byte : hash) out.append({kDigits[byte >> 4], kDigits[byte & 15]});
  return out;
}

// As many characters of UTF-8 as there are, each by its bytes.
std::vector<std::string_view> characters(std::string_view value) {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < value.size();) {
    std::size_t size = 1;
    while (i + size < value.size() && (static_cast<unsigned char>(value[i + size]) & 0xC0) == 0x80) ++size;
    out.push_back(value.substr(i, size));
    i += size;
  }
  return out;
}

// A value no longer than what would be kept is hidden as a whole.
std::string partial(std::string_view value, const MaskMethod& method) {
  auto all = characters(value);
  bool shorter = all.size() <= method.keep_first + method.keep_last;
  std::string out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    bool kept = !shorter && (i < method.keep_first || i >= all.size() - method.keep_last);
    out += kept ? all[i] : std::string_view("*");
  }
  return out;
}

// `touches`: what the server says of the table may be an alias, so that only the column's name counts.
bool fits(const protocol::ColumnView& column, const MaskedColumn& masked, bool touches) {
  using rewrite::sql::fold;
  bool named = glob(fold(column.org_name), masked.column) || glob(fold(column.name), masked.column);
  if (!named) return false;
  if (touches) return true;
  auto table = column.org_table.empty() ? column.table : column.org_table;
  return glob(fold(column.schema), masked.database) && glob(fold(table), masked.table);
}

}  // namespace

Masking check_masked(const Part& part, SqlMode mode, const std::vector<const Rule*>& masks) {
  if (copies_unseen(part)) return {refuse("they cannot be copied"), true};
  const auto& kind = part.facts.kind;
  auto columns = concerned(part, masks);
  if (columns.empty() || kind == "SHOW" || kind == "DESCRIBE" || kind == "EXPLAIN") return {};
  if (kind == "DATA BRANCH" || kind == "SNAPSHOT DIFF")
    return {refuse("differences show them as they are"), true};
  Walk walk(part, mode, columns);
  Masking out{std::nullopt, walk.touches};
  if (copies(part, walk)) out.refusal = refuse("they cannot be copied");
  if (!walk.touches || out.refusal) return out;
  bool reads = part.facts.kind_class == StatementClass::read;
  if (walk.unites) out.refusal = refuse("UNION and its like hide where they come from");
  if (walk.into && reads) out.refusal = refuse("INTO copies them");
  if (walk.renames && reads) out.refusal = refuse("lists of column names rename them");
  if (walk.misuses) out.refusal = refuse("they can be selected by their own name only");
  return out;
}

const MaskMethod* mask_of(const protocol::ColumnView& column, const std::vector<const Rule*>& masks,
                          bool touches) {
  for (const auto* rule : masks)
    for (const auto& masked : rule->columns)
      if (fits(column, masked, touches)) return &rule->method;
  return nullptr;
}

bool holds_text(std::uint8_t type) {
  using protocol::FieldType;
  switch (static_cast<FieldType>(type)) {
    case FieldType::varchar:
    case FieldType::var_string:
    case FieldType::string:
    case FieldType::tiny_blob:
    case FieldType::medium_blob:
    case FieldType::long_blob:
    case FieldType::blob: return true;
    default: return false;
  }
}

std::optional<std::string> masked_text(std::string_view value, const MaskMethod& method, std::uint8_t type) {
  using Kind = MaskMethod::Kind;
  if (method.kind == Kind::null || !holds_text(type)) return std::nullopt;
  if (method.kind == Kind::text) return method.text;
  return method.kind == Kind::hash ? hex_of_hash(value) : partial(value, method);
}

protocol::SqlError hidden_origin(std::string_view column) {
  return refuse("the result's column \"" + std::string(column) + "\" does not say where it comes from");
}

}  // namespace mogate::policies
