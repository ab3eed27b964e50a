#include "unit/rewrite/mutations.h"

#include <iterator>
#include <random>

namespace mogate::rewrite::test {
namespace {

constexpr std::string_view kPieces[] = {
    "'",
    "\"",
    "`",
    "\\",
    "$",
    "$$",
    "/*",
    "*/",
    "/*!",
    "/*+",
    "--",
    "-- ",
    "#",
    "//",
    "\n",
    " ",
    "\t",
    "@",
    "@@",
    ";",
    "; ",
    "{",
    "}",
    "=",
    "(",
    ")",
    ",",
    ".",
    "mo_ctl",
    "mo_ctl(",
    "snapshot",
    "0x",
    "x'",
    "1",
    "1begin",
    "_utf8mb4",
    "begin ",
    "end",
    "prepare s from ",
    "where ",
    "*",
    "clone ",
    "\xC4\xB0",
    "\xE2\x84\xAA",
    "\xF0\x9F\x98\x80",
    "\xFF",
    "select ",
    "delete from t",
    "set ",
};

}  // namespace

void for_mutations(std::string_view sql, std::size_t count,
                   const std::function<void(const std::string&)>& check) {
  std::mt19937_64 random(sql.size());
  auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  for (std::size_t i = 0; i < count; ++i) {
    std::string text(sql);
    for (std::size_t changes = below(3) + 1; changes > 0; --changes) {
      std::size_t at = below(text.size() + 1);
      std::size_t length = below(std::min<std::size_t>(text.size() - at, 8) + 1);
      switch (below(4)) {
        case 0: text.erase(at, length); break;
        case 1: text.insert(at, text.substr(at, length)); break;
        default: text.insert(at, kPieces[below(std::size(kPieces))]);
      }
    }
    check(text);
  }
}

}  // namespace mogate::rewrite::test
