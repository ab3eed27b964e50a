// A statement without what differs from one execution to the next.
#pragma once

#include "rewrite/sql/lexer.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mogate::rewrite {

struct Digest {
  std::string text;
  std::uint64_t hash = 0;  // of the text, the same in every gateway
};

// A digest reads so many bytes of a statement and no more.
inline constexpr std::size_t kDigestInput = 2048;

// Literals and placeholders as ?, lists of them as "?, ...", comments and hints left out, words in lower
// case, at most about `limit` bytes. Holds no part of a literal whatever sql_mode is: "x" counts as a string,
// and where a text reads differently with and without backslash escapes, only its first word is given. Of
// `mode` only before_4 counts.
Digest digest(std::string_view sql, sql::SqlMode mode, std::size_t limit = 1024);

std::uint64_t hash_of(std::string_view text) noexcept;

// A number that statements share which differ in numbers and strings alone, so that the digest of one is that
// of the others; made at a tenth of a digest's cost. Texts with comments, backslashes, variables or other
// ways to quote share it only if they are equal.
std::uint64_t digest_key(std::string_view sql) noexcept;

}  // namespace mogate::rewrite
