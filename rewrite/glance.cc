#include "rewrite/glance.h"

#include "rewrite/sql/characters.h"
#include "rewrite/sql/first_word.h"
#include "rewrite/sql/lexer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace mogate::rewrite {
namespace {

using sql::to_lower;

// What no statement of ours begins with, and no guard looks at for its first word alone.
constexpr std::array<std::string_view, 14> kPlain{"SELECT",   "INSERT", "UPDATE",     "REPLACE", "COMMIT",
                                                  "USE",      "CALL",   "EXECUTE",    "VALUES",  "START",
                                                  "TRUNCATE", "LOAD",   "DEALLOCATE", "RELEASE"};

constexpr std::array<std::string_view, 5> kWrites{"INSERT", "UPDATE", "REPLACE", "TRUNCATE", "LOAD"};

// What MatrixOne cannot prepare, so that the gateway does (statements/mysql_forms.h).
constexpr std::array<std::string_view, 3> kTransactions{"COMMIT", "ROLLBACK", "START"};

bool is_any(std::string_view word, const auto& words) {
  return std::any_of(words.begin(), words.end(), [&](auto w) { return sql::iequals(word, w); });
}

bool only_blanks(std::string_view s) { return std::all_of(s.begin(), s.end(), sql::is_blank); }

// ROLLBACK alone is plain, ROLLBACK TO SAVEPOINT is not.
bool begins_plainly(std::string_view s) {
  std::string_view word = sql::first_word(s);
  if (!sql::iequals(word, "ROLLBACK")) return is_any(word, kPlain);
  std::string_view rest(word.data() + word.size(),
                        static_cast<std::size_t>(s.data() + s.size() - word.data()) - word.size());
  return only_blanks(rest) || (rest.front() == ';' && only_blanks(rest.substr(1)));
}

// What follows the '_' of mo_ctl and its like (guards/sys_functions.h), of mo_sync_configs and of get_lock,
// which the session's state must know of (session/changes.h).
bool is_name_end(std::string_view s, std::size_t at) {
  auto goes_on = [&](std::string_view end) { return sql::iequals(s.substr(at, end.size()), end); };
  if (goes_on("_ctl") || goes_on("_sync_")) return true;
  constexpr std::string_view kBeforeCreate = "2afqw";  // fulltext2, cagra, ivf, ivfpq, hnsw
  char before = at == 0 ? ' ' : to_lower(s[at - 1]);
  if (goes_on("_inject")) return before == 't';  // fault_inject
  if (goes_on("_log")) return before == 'e';     // purge_log
  if (goes_on("_lock")) return before == 't';    // get_lock
  if (goes_on("_create") || goes_on("_search")) return kBeforeCreate.find(before) != std::string_view::npos;
  return before == 'x' && goes_on("_scan");  // fulltext_index_scan
}

// {SNAPSHOT = …}, {TIMESTAMP …}, {MO_TS …}, {AS OF …}, with comments in between; JSON goes on with a quote.
bool is_point(std::string_view rest) {
  auto next = rest.find_first_not_of(" \t\r\n", 1);
  if (next == std::string_view::npos) return false;
  constexpr std::string_view kBegins = "stma/#-";
  return kBegins.find(to_lower(rest[next])) != std::string_view::npos;
}

// At one of the characters that candidates() gives.
bool counts(std::string_view s, std::size_t at) {
  std::string_view rest = s.substr(at);
  switch (rest[0]) {
    case ';': return !only_blanks(rest.substr(1));
    case '{': return is_point(rest);
    case '_': return is_name_end(s, at);
    default: return rest.size() > 2 && rest[1] == '*' && (rest[2] == '!' || rest[2] == '+');
  }
}

bool is_candidate(char c) { return c == ';' || c == '{' || c == '_' || c == '/'; }

bool scan_bytes(std::string_view s, std::size_t from) {
  for (std::size_t i = from; i < s.size(); ++i)
    if (is_candidate(s[i]) && counts(s, i)) return true;
  return false;
}

#ifdef __SSE2__

constexpr std::size_t kLane = 16, kBlock = 4 * kLane, kBeyond = 2;

__m128i load(const char* at) {
  __m128i out;
  std::memcpy(&out, at, sizeof out);
  return out;
}

__m128i equal(__m128i block, char c) { return _mm_cmpeq_epi8(block, _mm_set1_epi8(c)); }

__m128i folded(__m128i block) { return _mm_or_si128(block, _mm_set1_epi8(0x20)); }

// Which of the 16 bytes at `at` may count: ';' and '{', '_' before c, s, in or lo, '/' before '*'. Reads two
// more.
__m128i candidates(const char* at) {
  __m128i here = load(at), next = load(at + 1), third = folded(load(at + 2));
  __m128i single = equal(_mm_and_si128(here, _mm_set1_epi8(~0x40)), ';');  // '{' is ';' with that bit
  __m128i c_or_s = equal(_mm_or_si128(next, _mm_set1_epi8(0x30)), 's');    // in either case
  __m128i in = _mm_and_si128(equal(folded(next), 'i'), equal(third, 'n'));
  __m128i lo = _mm_and_si128(equal(folded(next), 'l'), equal(third, 'o'));
  __m128i name = _mm_and_si128(equal(here, '_'), _mm_or_si128(c_or_s, _mm_or_si128(in, lo)));
  __m128i comment = _mm_and_si128(equal(here, '/'), equal(next, '*'));
  return _mm_or_si128(single, _mm_or_si128(name, comment));
}

bool any_counts(std::string_view s, std::size_t from, __m128i where) {
  for (auto bits = static_cast<unsigned>(_mm_movemask_epi8(where)); bits != 0; bits &= bits - 1)
    if (counts(s, from + static_cast<std::size_t>(__builtin_ctz(bits)))) return true;
  return false;
}

bool scan(std::string_view s) {
  std::size_t i = 0;
  for (; i + kBlock + kBeyond <= s.size(); i += kBlock) {
    __m128i lanes[4];
    for (std::size_t k = 0; k < 4; ++k) lanes[k] = candidates(s.data() + i + k * kLane);
    __m128i any = _mm_or_si128(_mm_or_si128(lanes[0], lanes[1]), _mm_or_si128(lanes[2], lanes[3]));
    if (_mm_movemask_epi8(any) == 0) continue;
    for (std::size_t k = 0; k < 4; ++k)
      if (any_counts(s, i + k * kLane, lanes[k])) return true;
  }
  for (; i + kLane + kBeyond <= s.size(); i += kLane)
    if (any_counts(s, i, candidates(s.data() + i))) return true;
  return scan_bytes(s, i);
}

#else

bool scan(std::string_view s) { return scan_bytes(s, 0); }

#endif

}  // namespace

bool needs_look(std::string_view sql) noexcept { return !begins_plainly(sql) || scan(sql); }

bool writes_plainly(std::string_view sql) noexcept { return is_any(sql::first_word(sql), kWrites); }

bool needs_look_to_prepare(std::string_view sql) noexcept {
  std::string_view word = sql::first_word(sql);
  return needs_look(sql) || is_any(word, kTransactions);
}

}  // namespace mogate::rewrite
