// For tests of bytes: hex texts, buffers of exactly n bytes, and the checks that every message's table runs.
#pragma once

#include "protocol/bytes.h"
#include "protocol/constants.h"
#include "unit/protocol/relay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

namespace mogate::protocol::test {

// "0a 3132" -> bytes. Blanks are free.
inline std::string unhex(std::string_view text) {
  std::string digits;
  for (char c : text)
    if (c != ' ' && c != '\n') digits.push_back(c);
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  return bytes;
}

inline std::string to_hex(std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (char c : bytes) {
    auto byte = static_cast<std::uint8_t>(c);
    text.push_back(digits[byte >> 4]);
    text.push_back(digits[byte & 15]);
  }
  return text;
}

inline std::string packet(std::uint8_t sequence, std::string_view payload) {
  std::string out;
  ByteWriter(out).u24(static_cast<std::uint32_t>(payload.size())).u8(sequence).text(payload);
  return out;
}

// What a message does with bytes that are missing or over.
enum class Tail : std::uint8_t {
  closed,   // one byte less or more is refused
  lenient,  // one byte less is refused, more is ignored
  open,     // the last field takes all there is, so any length is a message
};

// One row of a message's table: the same value and bytes are parsed and written.
template <class Value>
struct Row {
  const char* name;
  Capabilities caps;
  Value value;
  std::string bytes;
  Tail tail = Tail::closed;
  bool written = true;  // false: what a writer of ours would put differently (said at the row)

  friend std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }
};

struct RowName {
  template <class Info>
  std::string operator()(const Info& info) const {
    return info.param.name;
  }
};

// parse(Bytes, caps) -> optional<Value>; write(string&, Value, caps); comparable(Value) -> something with ==.
template <class Value, class Parse, class Write, class Comparable>
void check_row(const Row<Value>& row, Parse parse, Write write, Comparable comparable) {
  Exact whole(row.bytes);
  auto parsed = parse(whole, row.caps);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_TRUE(comparable(*parsed) == comparable(row.value)) << "parsed value differs";
  if (row.written) {
    std::string out;
    write(out, row.value, row.caps);
    EXPECT_EQ(to_hex(out), to_hex(row.bytes));
  }
  // Every cut; of long messages every one near the ends and some between.
  auto next = [size = row.bytes.size()](std::size_t n) {
    bool between = n > 2000 && n + 4000 < size;
    return n + (between ? 997 : 1);
  };
  for (std::size_t n = 0; n < row.bytes.size(); n = next(n)) {
    Exact cut(std::string_view(row.bytes).substr(0, n));
    auto result = parse(cut, row.caps);
    if (n + 1 == row.bytes.size() && row.tail != Tail::open) {
      EXPECT_FALSE(result.has_value()) << "one byte short";
    }
  }
  Exact longer(row.bytes + '\x01');
  auto extra = parse(longer, row.caps);
  EXPECT_EQ(extra.has_value(), row.tail != Tail::closed) << "one byte extra";
  if (row.tail == Tail::lenient && extra) {
    EXPECT_TRUE(comparable(*extra) == comparable(row.value)) << "one byte extra";
  }
}

// For a message that no capability changes and whose values have ==: parse(Bytes), write(string&, Value).
template <class Value, class Parse, class Write>
void check_row(const Row<Value>& row, Parse parse, Write write) {
  check_row(
      row, [&](Bytes bytes, Capabilities) { return parse(bytes); },
      [&](std::string& out, const Value& value, Capabilities) { write(out, value); }, std::identity());
}

}  // namespace mogate::protocol::test
