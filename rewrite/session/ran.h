#pragma once

#include <cstdint>

namespace mogate::rewrite {

// How a text went. `perhaps`: nobody knows, or only for some of its statements.
enum class Ran : std::uint8_t { succeeded, failed, perhaps };

}  // namespace mogate::rewrite
