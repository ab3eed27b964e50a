// Any bytes: the first says which sql_mode and scanner. Tokens cover the text in order, are inside it, and
// end; cutting it into pieces changes nothing of what the watch over long texts finds.
#include "rewrite/hazard_scanner.h"
#include "rewrite/sql/quoting.h"
#include "rewrite/sql/splitter.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace mogate::rewrite;

void check(bool holds) {
  if (!holds) std::abort();
}

void check_tokens(std::string_view text, sql::SqlMode mode) {
  sql::Lexer lexer(text, mode);
  std::size_t at = 0;
  for (;;) {
    sql::Token t = lexer.next();
    check(t.near <= t.begin && t.begin <= t.end && t.end <= text.size() && t.begin >= at);
    check(t.text == text.substr(t.begin, t.end - t.begin));
    if (t.is_end()) break;
    check(t.end > at);
    at = t.end;
    sql::unquote(t, mode);
  }
}

void check_parts(std::string_view text, sql::SqlMode mode) {
  std::size_t at = 0;
  for (const auto& part : sql::split(text, mode)) {
    check(!part.text.empty() && part.offset >= at && part.offset + part.text.size() <= text.size());
    check(part.text.data() == text.data() + part.offset);
    at = part.offset + part.text.size();
  }
}

Hazard scanned(std::string_view text, std::size_t piece, sql::SqlMode mode) {
  HazardScanner scanner(mode);
  for (std::size_t i = 0; i < text.size(); i += piece) scanner.feed(text.substr(i, piece));
  return scanner.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  sql::SqlMode mode{(data[0] & 1) != 0, (data[0] & 2) != 0, (data[0] & 4) != 0};
  check_tokens(text, mode);
  check_parts(text, mode);
  std::string value(text);
  sql::Token quoted = sql::Lexer(value = sql::quote_string(text, mode), mode).next();
  check(sql::unquote(quoted, mode) == text);
  Hazard whole = scanned(text, text.size() + 1, mode);
  check(scanned(text, data[0] % 7U + 1, mode) == whole);
  return 0;
}
