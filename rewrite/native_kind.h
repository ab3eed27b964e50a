// What a native statement is, by its first word: for figures, logs and digests.
#pragma once

#include <cstddef>
#include <string_view>

namespace mogate::rewrite {

// "SELECT", "INSERT", "CREATE" …: one of a fixed list, else "OTHER". The gateway's own statements have
// kind_name().
std::string_view native_kind(std::string_view sql) noexcept;

// The same as a number below native_kinds(); 0 is "OTHER".
std::size_t native_kind_index(std::string_view sql) noexcept;
std::size_t native_kinds() noexcept;
std::string_view native_kind_name(std::size_t index) noexcept;

}  // namespace mogate::rewrite
