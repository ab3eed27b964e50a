// Times as a Go program reads and writes them, in UTC.
#pragma once

#include <cstdint>
#include <string>

namespace mogate::simulator {

// Nanoseconds since 1970 of "2006-01-02 15:04:05[.fraction]"; throws 1105 in Go's words, which name `layout`.
std::int64_t parse_time(const std::string& text, const std::string& layout);

std::string seconds_text(std::int64_t nanoseconds);  // 2006-01-02 15:04:05
// 2006-01-02 15:04:05.999999999: without the zeros at the end.
std::string nanoseconds_text(std::int64_t nanoseconds);

std::string new_uuid();  // version 7: its first half grows with time

}  // namespace mogate::simulator
