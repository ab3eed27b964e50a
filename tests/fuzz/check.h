// What every fuzzer does: take its input apart, and end the process when a property does not hold.
#pragma once

#include "protocol/bytes.h"
#include "protocol/constants.h"

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

namespace mogate::fuzz {

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

// Decode, encode, decode again: the same value. `same` compares two of them.
template <class Value, class Parse, class Write, class Same>
void round_trip(const std::optional<Value>& value, Parse parse, Write write, Same same, const char* what) {
  if (!value) return;
  std::string out;
  write(out, *value);
  auto again = parse(protocol::as_bytes(out));
  require(again.has_value(), what);
  require(same(*value, *again), what);
}

}  // namespace mogate::fuzz
