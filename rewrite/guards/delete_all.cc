#include "rewrite/guards/delete_all.h"

namespace mogate::rewrite {

std::optional<DeleteAll> parse_delete_all(sql::Cursor& in) {
  in.accept("DELETE");
  while (in.accept("LOW_PRIORITY") || in.accept("HIGH_PRIORITY") || in.accept("DELAYED") ||
         in.accept("QUICK") || in.accept("IGNORE"))
    continue;
  if (!in.accept("FROM")) return std::nullopt;
  DeleteAll out{in.table()};
  if (in.failed()) return std::nullopt;
  int depth = 0;
  for (; !in.peek().is_end(); in.take()) {
    const sql::Token& t = in.peek();
    depth += t.is('(') ? 1 : t.is(')') ? -1 : 0;
    bool several = t.is(',') || t.is("USING");
    bool row_by_row = several || t.is("WHERE") || t.is("LIMIT") || t.is("RETURNING");
    if (depth == 0 && row_by_row) return std::nullopt;
    if (t.is(';')) break;
  }
  return out;
}

}  // namespace mogate::rewrite
