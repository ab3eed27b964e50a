// Any bytes: the first says which sql_mode and version. What parse() sees, the first look must have seen, and
// the watch over long texts must have found unless MatrixOne's scanner refuses the text.
#include "rewrite/glance.h"
#include "rewrite/hazard_scanner.h"
#include "rewrite/parser.h"
#include "rewrite/sql/splitter.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace mogate::rewrite;

void check(bool holds) {
  if (!holds) std::abort();
}

ParseOptions options_of(std::uint8_t byte) {
  ParseOptions options;
  options.dialect.is_matrixone = true;
  options.dialect.version = {(byte & 4) != 0 ? 3 : 4, 0, 12};
  options.mode = {(byte & 1) != 0, (byte & 2) != 0, false};
  options.recognise_extended = (byte & 8) == 0;
  options.placeholders = (byte & 16) != 0 ? Placeholders::declared : Placeholders::refused;
  return options;
}

bool refused(std::string_view text, sql::SqlMode mode) {
  sql::Lexer lexer(text, mode);
  sql::Token t = lexer.next();
  while (!t.is_end()) t = lexer.next();
  return t.kind == sql::TokenKind::bad;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  ParseOptions options = options_of(data[0]);
  sql::SqlMode mode = options.dialect.lexer_mode(options.mode);
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto parts = sql::split(text, mode);
  bool seen = parts.size() > 1, concerned = false;
  for (const auto& part : parts) concerned |= !std::holds_alternative<NotOurs>(parse(part.text, options));
  check(needs_look(text) || !(seen || concerned));
  HazardScanner scanner(mode);
  scanner.feed(text);
  check(scanner.finish() != Hazard::none || !concerned || refused(text, mode));
  return 0;
}
