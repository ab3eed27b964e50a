// Statements that guards must see, and statements that they must leave alone; for tests of every reader of
// them.
#pragma once

#include "rewrite/parser.h"

#include <span>
#include <string_view>

namespace mogate::rewrite::test {

// What parse() makes of a text.
enum class Seen { nothing, sys, error, clone, branch, delete_all, variable, ours };

struct Text {
  std::string_view sql;
  Seen seen = Seen::nothing;
};

// On 4.2 without any sql_mode.
std::span<const Text> guarded_texts();
std::span<const Text> harmless_texts();

Seen seen(const Parsed& parsed);
ParseOptions on(int major);

}  // namespace mogate::rewrite::test
