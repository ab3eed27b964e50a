#include "rewrite/mask_uris.h"

#include <cctype>

namespace mogate::rewrite {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

// Where the string ends that holds a uri whose scheme ends at `scheme`; `begin` if it stands in none. A
// password may hold blanks there, and quotes that are doubled or behind a backslash.
std::size_t string_end(std::string_view text, std::size_t scheme, std::size_t begin) {
  while (scheme > 0 && std::isalnum(static_cast<unsigned char>(text[scheme - 1])) != 0) --scheme;
  char quote = scheme > 0 ? text[scheme - 1] : ' ';
  if (quote != '\'' && quote != '"') return begin;
  for (std::size_t i = begin; i < text.size(); ++i) {
    bool doubled = text[i] == quote && i + 1 < text.size() && text[i + 1] == quote;
    if (text[i] == quote && !doubled) return i;
    if (text[i] == '\\' || doubled) ++i;
  }
  return text.size();
}

}  // namespace

std::string mask_uris(std::string_view text) {
  std::string out;
  constexpr std::string_view kScheme = "://";
  while (true) {
    auto scheme = text.find(kScheme);
    if (scheme == std::string_view::npos) return out.append(text);
    auto begin = scheme + kScheme.size();
    auto end = string_end(text, scheme, begin);
    // Not at a quote, which a password may hold: hiding too much is better than too little.
    while (end < text.size() && !is_space(text[end])) ++end;
    auto authority = text.substr(begin, end - begin);
    auto at = authority.rfind('@');
    // The account stands in front of the first ':' or is set off by '#', so the password begins behind the
    // last ':' only if no '#' is used; masking from the first one hides too much rather than too little.
    auto colon = authority.substr(0, at).find(':');
    if (at == std::string_view::npos || colon == std::string_view::npos) {
      out.append(text.substr(0, end));
    } else {
      out.append(text.substr(0, begin + colon + 1)).append("***").append(authority.substr(at));
    }
    text.remove_prefix(end);
  }
}

}  // namespace mogate::rewrite
