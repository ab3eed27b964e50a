#include "rewrite/mask_uris.h"

#include <cctype>

namespace mogate::rewrite {

std::string mask_uris(std::string_view text) {
  std::string out;
  constexpr std::string_view kScheme = "://";
  while (true) {
    auto scheme = text.find(kScheme);
    if (scheme == std::string_view::npos) return out.append(text);
    auto begin = scheme + kScheme.size();
    auto end = begin;
    // Not at a quote, which a password may hold: hiding too much is better than too little.
    while (end < text.size() && !std::isspace(static_cast<unsigned char>(text[end]))) ++end;
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
