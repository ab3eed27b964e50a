#include "rewrite/sql/like.h"

#include "rewrite/sql/characters.h"

namespace mogate::rewrite::sql {
namespace {

bool matches_one(char c, std::string_view& pattern) {
  if (pattern.size() > 1 && pattern[0] == '\\') {
    pattern.remove_prefix(1);
  } else if (!pattern.empty() && pattern[0] == '_') {
    pattern.remove_prefix(1);
    return true;
  }
  if (pattern.empty() || to_lower(pattern[0]) != to_lower(c)) return false;
  pattern.remove_prefix(1);
  return true;
}

}  // namespace

// Goes back only to the last %, so that it takes at most text times pattern.
bool like(std::string_view text, std::string_view pattern) {
  std::string_view retry_text, retry_pattern;
  bool can_retry = false;
  while (true) {
    if (!pattern.empty() && pattern[0] == '%') {
      pattern.remove_prefix(1);
      retry_text = text;
      retry_pattern = pattern;
      can_retry = true;
      continue;
    }
    if (text.empty()) return pattern.empty();
    auto rest = pattern;
    if (matches_one(text[0], rest)) {
      text.remove_prefix(1);
      pattern = rest;
    } else if (can_retry) {
      retry_text.remove_prefix(1);
      text = retry_text;
      pattern = retry_pattern;
    } else {
      return false;
    }
  }
}

}  // namespace mogate::rewrite::sql
