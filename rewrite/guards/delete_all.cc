#include "rewrite/guards/delete_all.h"

#include "rewrite/sql/quoting.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace mogate::rewrite {
namespace {

constexpr std::array<std::string_view, 14> kBetweenTables{
    "AS",      "BY", "CROSS", "FULL",  "INNER",     "JOIN",  "LEFT",
    "NATURAL", "ON", "ORDER", "OUTER", "PARTITION", "RIGHT", "STRAIGHT_JOIN"};

bool truncates(const Dialect& dialect) { return dialect.version < Version{4, 0, 0}; }

bool is_table_word(const sql::Token& t) {
  return t.is_name() &&
         std::none_of(kBetweenTables.begin(), kBetweenTables.end(), [&](auto w) { return t.is(w); });
}

// a, a.b, and the .* behind them that a multi-table DELETE allows.
sql::TableName take_table(sql::Cursor& in) {
  sql::TableName out{{}, sql::fold(sql::unquote(in.take(), in.mode()))};
  while (in.accept('.')) {
    if (!in.peek().is_name()) continue;
    out.database = std::move(out.table);
    out.table = sql::fold(sql::unquote(in.take(), in.mode()));
  }
  return out;
}

bool ends(const sql::Token& t) { return t.is_end() || t.is(';'); }

// What is said besides the tables.
struct Said {
  bool row_by_row = false;
  bool joined = false;
};

// The words that stand where a table may, up to the end or to FROM or USING.
std::vector<sql::TableName> take_tables(sql::Cursor& in, Said& said) {
  std::vector<sql::TableName> out;
  for (int depth = 0; !ends(in.peek()) && !in.peek().is("FROM") && !in.peek().is("USING");) {
    const sql::Token& t = in.peek();
    depth += t.is('(') ? 1 : t.is(')') ? -1 : 0;
    said.row_by_row |= depth == 0 && (t.is("WHERE") || t.is("LIMIT") || t.is("RETURNING"));
    said.joined |= t.is(',') || t.is("JOIN") || t.is("STRAIGHT_JOIN");
    if (is_table_word(t)) {
      out.push_back(take_table(in));
    } else {
      in.take();
    }
  }
  return out;
}

}  // namespace

std::optional<DeleteAll> parse_delete_all(sql::Cursor& in, const Dialect& dialect) {
  in.accept("DELETE");
  while (in.accept("LOW_PRIORITY") || in.accept("HIGH_PRIORITY") || in.accept("DELAYED") ||
         in.accept("QUICK") || in.accept("IGNORE"))
    continue;
  bool from_first = in.accept("FROM");
  Said of_target, said;
  DeleteAll out{take_tables(in, of_target)};
  if (out.tables.empty()) return std::nullopt;
  if (from_first && ends(in.peek())) {
    out.tables.resize(1);  // behind it are its alias and partitions
  } else {
    if (!truncates(dialect) || out.tables.size() > 1) return std::nullopt;
    // The target may be an alias of any of these.
    while (!ends(in.peek())) {
      in.take();
      auto joined = take_tables(in, said);
      out.tables.insert(out.tables.end(), joined.begin(), joined.end());
    }
  }
  if (of_target.row_by_row || said.row_by_row) return std::nullopt;
  out.joined = said.joined;
  return out;
}

}  // namespace mogate::rewrite
