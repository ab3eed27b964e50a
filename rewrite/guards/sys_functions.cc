#include "rewrite/guards/sys_functions.h"

#include "rewrite/sql/characters.h"

#include <array>
#include <string>

namespace mogate::rewrite {
namespace {

constexpr std::string_view kMoCtl = "mo_ctl";
constexpr std::array<std::string_view, 13> kOthers{
    "cagra_create",        "cagra_search", "fault_inject", "fulltext2_create", "fulltext2_search",
    "fulltext_index_scan", "hnsw_create",  "hnsw_search",  "ivf_create",       "ivf_search",
    "ivfpq_create",        "ivfpq_search", "purge_log"};

unsigned hex_value(char c) {
  return static_cast<unsigned>(sql::is_digit(c) ? c - '0' : sql::to_lower(c) - 'a' + 10);
}

// The character of \uXXXX at `i`, 0 if there is none or it is not ASCII: only those matter here.
char unicode_escape(std::string_view s, std::size_t i) {
  if (i + 6 > s.size() || s[i] != '\\' || s[i + 1] != 'u') return 0;
  unsigned value = 0;
  for (std::size_t k = i + 2; k < i + 6; ++k) {
    if (!sql::is_hex_digit(s[k])) return 0;
    value = value * 16 + hex_value(s[k]);
  }
  return value < 0x80 ? static_cast<char>(value) : 0;
}

std::string unescape_json(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    char c = unicode_escape(s, i);
    if (c != 0) i += 5;
    out += c != 0 ? c : s[i];
  }
  return out;
}

// True if `name` stands in `s` around the '_' at `at`.
bool stands_at(std::string_view s, std::size_t at, std::string_view name) {
  std::size_t before = name.find('_');
  return at >= before && sql::iequals(s.substr(at - before, name.size()), name);
}

}  // namespace

std::string_view sys_function(const sql::Token& t, const sql::Token& next) {
  if (!t.is_name()) return {};
  std::string_view written = t.text;
  if (t.kind == sql::TokenKind::quoted_word) written = written.substr(1, written.size() - 2);
  if (sql::iequals(written, kMoCtl)) return kMoCtl;
  for (std::string_view name : kOthers)
    if (next.is('(') && sql::iequals(written, name)) return name;
  return {};
}

std::string_view mentioned_sys_function(std::string_view text) {
  for (auto at = text.find('_'); at != std::string_view::npos; at = text.find('_', at + 1)) {
    if (stands_at(text, at, kMoCtl)) return kMoCtl;
    for (std::string_view name : kOthers)
      if (stands_at(text, at, name)) return name;
  }
  return {};
}

std::string_view mentioned_in_hint(std::string_view hint) {
  return mentioned_sys_function(unescape_json(hint));
}

std::string_view find_sys_function(std::string_view text, sql::SqlMode mode) {
  sql::Lexer lexer(text, mode);
  std::string hints;  // several leading ones may be read as one
  sql::Token last;
  for (sql::Token t = lexer.next();; t = lexer.next()) {
    if (t.kind == sql::TokenKind::hint) {
      hints += t.text.substr(3, t.text.size() - 5);
      if (auto name = mentioned_in_hint(t.text); !name.empty()) return name;
      continue;
    }
    if (auto name = sys_function(last, t); !name.empty()) return name;
    if (t.is_end()) break;
    last = t;
  }
  return hints.empty() ? std::string_view() : mentioned_in_hint(hints);
}

}  // namespace mogate::rewrite
