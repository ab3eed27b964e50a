#include "rewrite/subscription/values.h"

#include "rewrite/sql/quoting.h"
#include "rewrite/subscription/column_kinds.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace mogate::rewrite {
namespace {

bool is_binary(const TableColumn& c) {
  return c.type == "binary" || c.type == "varbinary" || c.type == "blob";
}

void append_quoted(std::string& out, std::string_view text) {
  out += '\'';
  for (char c : text) {
    if (c == '\'' || c == '\\') out += c;
    if (c == '\0') {
      out += "\\0";
    } else {
      out += c;
    }
  }
  out += '\'';
}

void append_hex(std::string& out, std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "x'";
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  out += '\'';
}

// BIT comes as its bytes, the highest first.
std::uint64_t bits(std::string_view bytes) {
  std::uint64_t out = 0;
  for (char c : bytes) out = out << 8 | static_cast<unsigned char>(c);
  return out;
}

// The member that an ordinal of DATA BRANCH DIFF stands for; the text itself if it is none.
std::string_view member(const TableColumn& c, std::string_view ordinal) {
  std::size_t n = 0;
  std::from_chars(ordinal.data(), ordinal.data() + ordinal.size(), n);
  return n >= 1 && n <= c.members.size() ? std::string_view(c.members[n - 1]) : ordinal;
}

std::string ordinal(const TableColumn& c, std::string_view name) {
  auto it = std::find(c.members.begin(), c.members.end(), name);
  return it == c.members.end() ? std::string(name) : std::to_string(it - c.members.begin() + 1);
}

// Their literals need no quotes, and are compared with a key three times as fast without.
bool is_integer(const TableColumn& c) {
  return c.type == "tinyint" || c.type == "smallint" || c.type == "int" || c.type == "bigint";
}

bool is_float(const TableColumn& c) { return c.type == "float" || c.type == "double"; }

// Other numbers are quoted: a bare 3.4e38 or a decimal of 50 digits is refused or rounded.
void append_value(std::string& out, const TableColumn& c, std::string_view text, RowSource source) {
  if (c.type == "bit") {
    out += std::to_string(bits(text));
  } else if (is_integer(c) || c.type == "bool" || c.type == "set") {
    out += text;  // '1' becomes false on 3.0; a set's bits are not to be taken for a name
  } else if (is_binary(c)) {
    append_hex(out, text);
  } else if (c.type == "enum" && source == RowSource::diff) {
    append_quoted(out, member(c, text));
  } else {
    append_quoted(out, text);
  }
}

// Where = with the value's text is refused, or means something else: NaN equals nothing, 0 equals -0.
bool matches_as_text(const TableColumn& c, std::string_view text, const Dialect& target) {
  if (is_float(c)) return text == "NaN" || text == "0" || text == "-0";
  return c.type == "datalink" || (before_4(target) && (c.type == "year" || is_wide_decimal(c)));
}

void append_text_match(std::string& out, const std::string& name, std::string_view text) {
  out += "CAST(" + name + " AS CHAR) = ";
  append_quoted(out, text);
}

void append_json_match(std::string& out, const std::string& name, std::string_view text) {
  out += name + " = CAST(";
  append_quoted(out, text);
  out += " AS JSON)";
}

// {"a":1} as a string's content would be "{\"a\":1}".
std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out += '"';
}

// A number is compared as text: 1000 may be an integer or a double, which are not equal. As text, 4.2 takes
// the string "1000" for it too.
void append_json_value_match(std::string& out, const std::string& name, std::string_view text) {
  if (text.starts_with('"')) return append_json_match(out, name, text);
  append_text_match(out, name, text);
  out += " AND NOT ";
  append_json_match(out, name, json_string(text));
}

void append_escaped(std::string& out, std::string_view text) {
  for (char c : text) {
    switch (c) {
      case '\0': out += "\\0"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '\x1a': out += "\\Z"; break;
      case '\\': out += "\\\\"; break;
      case '"': out += "\\\""; break;
      default: out += c;
    }
  }
}

void append_field(std::string& out, const TableColumn& c, const Cell& cell, RowSource source) {
  if (!cell) {
    out += "\\N";
    return;
  }
  out += '"';
  if (c.type == "enum" && source == RowSource::select) {
    out += ordinal(c, *cell);  // a member named "2" would be taken for the second
  } else if (c.type == "json") {
    // MatrixOne strips double quotes from both ends of the field, and blanks are none.
    out += ' ';
    append_escaped(out, *cell);
    out += ' ';
  } else {
    append_escaped(out, *cell);
  }
  out += '"';
}

}  // namespace

std::vector<TableColumn> copied_columns(const TableDefinition& table) {
  std::vector<TableColumn> out;
  std::copy_if(table.columns.begin(), table.columns.end(), std::back_inserter(out),
               [](const TableColumn& c) { return !c.generated; });
  return out;
}

std::string column_list(const TableDefinition& table) {
  std::string out;
  for (const TableColumn& c : copied_columns(table)) {
    if (!out.empty()) out += ", ";
    out += sql::quote_name(c.name);
  }
  return out;
}

std::string select_list(const TableDefinition& table) {
  std::string out;
  for (const TableColumn& c : copied_columns(table)) {
    if (!out.empty()) out += ", ";
    out += sql::quote_name(c.name);
    if (c.type == "set") out += " + 0";
  }
  return out;
}

void append_literal(std::string& out, const TableColumn& c, const Cell& cell, RowSource source) {
  if (!cell) {
    out += "NULL";
    return;
  }
  // The 32-bit kinds take no plain text.
  bool constructed = is_geometry(c) && c.type.ends_with("32");
  if (constructed) out += "st_geomfromtext(";
  append_value(out, c, *cell, source);
  if (constructed) out += ')';
}

void append_match(std::string& out, const TableColumn& c, const Cell& cell, RowSource source,
                  const Dialect& target) {
  std::string name = sql::quote_name(c.name);
  if (!cell) {
    out += name + " IS NULL";
  } else if (is_geometry(c)) {
    out += "st_astext(" + name + ") = ";
    append_quoted(out, *cell);
  } else if (matches_as_text(c, *cell, target)) {
    append_text_match(out, name, *cell);
  } else if (c.type == "json" || c.type == "array") {
    append_json_value_match(out, name, *cell);
  } else {
    out += name + " = ";
    append_value(out, c, *cell, source);
  }
}

void append_load_row(std::string& out, const std::vector<TableColumn>& copied, const std::vector<Cell>& row,
                     RowSource source) {
  for (std::size_t i = 0; i < row.size() && i < copied.size(); ++i) {
    if (i > 0) out += '\t';
    append_field(out, copied[i], row[i], source);
  }
  out += '\n';
}

std::string load_statement(std::string_view database, std::string_view table,
                           const TableDefinition& definition) {
  return "LOAD DATA LOCAL INFILE 'rows' INTO TABLE " + sql::quote_name(database) + "." +
         sql::quote_name(table) +
         " FIELDS TERMINATED BY '\\t' ENCLOSED BY '\"' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' (" +
         column_list(definition) + ")";
}

}  // namespace mogate::rewrite
