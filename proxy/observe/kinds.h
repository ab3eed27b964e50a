// The kinds of statements as small numbers, so that they are counted in arrays.
#pragma once

#include <cstddef>
#include <string_view>

namespace mogate::proxy {

using Kind = std::size_t;

inline constexpr std::size_t kMostKinds = 128;

// Those of rewrite::native_kind_index() have the same number here. Any other name, which lives for ever, gets
// one when it is first asked for; 0, "OTHER", when there are too many. Any thread.
Kind kind_of(std::string_view name);
std::string_view name_of_kind(Kind kind);

}  // namespace mogate::proxy
