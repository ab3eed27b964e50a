#include "rewrite/subscription/values.h"

#include "rewrite/sql/quoting.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace mogate::rewrite {
namespace {

bool before_4(const Dialect& d) { return d.version < Version{4, 0, 0}; }

bool is_binary(const TableColumn& c) {
  return c.type == "binary" || c.type == "varbinary" || c.type == "blob";
}
bool is_wide_decimal(const TableColumn& c) { return c.type == "decimal" && c.width > 38; }

bool is_geometry(const TableColumn& c) {
  constexpr std::array<std::string_view, 8> kTypes{
      "geometry",   "point",           "linestring",   "polygon",
      "multipoint", "multilinestring", "multipolygon", "geometrycollection"};
  std::string_view type = c.type;
  if (type.ends_with("32")) type.remove_suffix(2);
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
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

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Numbers are quoted too: a bare 3.4e38 or a decimal of 50 digits is refused or rounded.
void append_value(std::string& out, const TableColumn& c, std::string_view text, RowSource source) {
  if (c.type == "bit") {
    out += std::to_string(bits(text));
  } else if (c.type == "bool" || c.type == "set") {
    out += text;  // '1' becomes false on 3.0; a set's bits are not to be taken for a name
  } else if (is_binary(c)) {
    append_hex(out, text);
  } else if (c.type == "enum" && source == RowSource::diff) {
    append_quoted(out, member(c, text));
  } else {
    append_quoted(out, text);
  }
}

// Types that have no = with a string.
bool matches_as_text(const TableColumn& c, const Dialect& target) {
  return c.type == "datalink" || (before_4(target) && (c.type == "year" || is_wide_decimal(c)));
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

void append_field(std::string& out, const TableColumn& c, const Cell& cell) {
  if (!cell) {
    out += "\\N";
    return;
  }
  out += '"';
  if (c.type == "enum") {
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

bool loads(const TableColumn& c, const Dialect& target) {
  if (is_wide_decimal(c)) return false;
  if (c.type == "set") return std::none_of(c.members.begin(), c.members.end(), is_number);
  // 3.0 does not know YEAR there, and trims blanks off BIT's bytes.
  return !before_4(target) || (c.type != "year" && c.type != "bit");
}

bool diffs(const TableColumn& c, const Dialect& source) {
  return !before_4(source) ||
         (c.type != "enum" && c.type != "year" && c.type != "bit" && !is_wide_decimal(c));
}

bool has_comma(std::string_view text) { return text.find(',') != std::string_view::npos; }

// 3.0 turns an enum's text into its ordinal, and that, as a text again, into a member.
bool confuses_3_0(const TableColumn& c) {
  return c.type == "enum" && std::any_of(c.members.begin(), c.members.end(), [&](const std::string& m) {
           return is_number(m) && m.size() < 6 && std::stoul(m) >= 1 && std::stoul(m) <= c.members.size();
         });
}

std::string why_column_not_copied(const TableColumn& c, const Dialect& source, const Dialect& target) {
  if (!before_4(target) && before_4(source) && c.type == "enum" &&
      std::any_of(c.members.begin(), c.members.end(), has_comma))
    return "MatrixOne 4 splits an enum's member at its comma";
  if (before_4(target) && confuses_3_0(c)) return "MatrixOne 3 confuses enum members that are numbers";
  return {};
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
  } else if (matches_as_text(c, target)) {
    out += "CAST(" + name + " AS CHAR) = ";
    append_quoted(out, *cell);
  } else if (c.type == "json" || c.type == "array") {
    out += name + " = CAST(";
    append_quoted(out, *cell);
    out += " AS JSON)";
  } else {
    out += name + " = ";
    append_value(out, c, *cell, source);
  }
}

bool can_load(const TableDefinition& table, const Dialect& target) {
  return std::all_of(table.columns.begin(), table.columns.end(),
                     [&](const TableColumn& c) { return c.generated || loads(c, target); });
}

void append_load_row(std::string& out, const std::vector<TableColumn>& copied, const std::vector<Cell>& row) {
  for (std::size_t i = 0; i < row.size() && i < copied.size(); ++i) {
    if (i > 0) out += '\t';
    append_field(out, copied[i], row[i]);
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

bool can_diff(const TableDefinition& table, const Dialect& source) {
  return source.has_data_branch() && std::all_of(table.columns.begin(), table.columns.end(),
                                                 [&](const TableColumn& c) { return diffs(c, source); });
}

std::string why_not_copied(const TableDefinition& table, const Dialect& source, const Dialect& target) {
  for (const TableColumn& c : table.columns)
    if (std::string why = why_column_not_copied(c, source, target); !why.empty())
      return "column " + c.name + ": " + why;
  return {};
}

}  // namespace mogate::rewrite
