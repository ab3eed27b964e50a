#include "rewrite/guards/statement_starts.h"

#include <algorithm>
#include <array>

namespace mogate::rewrite {
namespace {

constexpr std::array<std::string_view, 6> kBeforeStatement{"BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT"};

bool opens_statement(const sql::Token& t) {
  return t.is(';') ||
         std::any_of(kBeforeStatement.begin(), kBeforeStatement.end(), [&](auto word) { return t.is(word); });
}

}  // namespace

std::vector<std::string_view> inner_statements(std::string_view text, sql::SqlMode mode) {
  std::vector<std::string_view> out;
  std::size_t start = 0;
  sql::Lexer lexer(text, mode);
  for (sql::Token t = lexer.next(); !t.is_end(); t = lexer.next()) {
    if (!opens_statement(t)) continue;
    out.push_back(text.substr(start, t.begin - start));
    start = t.end;
  }
  out.push_back(text.substr(start));
  return out;
}

}  // namespace mogate::rewrite
