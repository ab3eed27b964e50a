#include "rewrite/native_kind.h"

#include "rewrite/sql/first_word.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace mogate::rewrite {
namespace {

constexpr std::array<std::string_view, 47> kNames{
    "OTHER", "SELECT",   "INSERT",  "UPDATE",  "DELETE",     "REPLACE", "SET",     "SHOW",
    "USE",   "BEGIN",    "START",   "COMMIT",  "ROLLBACK",   "CREATE",  "ALTER",   "DROP",
    "CALL",  "TRUNCATE", "WITH",    "VALUES",  "LOAD",       "EXPLAIN", "DESC",    "DESCRIBE",
    "GRANT", "PREPARE",  "EXECUTE", "REVOKE",  "DEALLOCATE", "ANALYZE", "LOCK",    "UNLOCK",
    "KILL",  "FLUSH",    "RELEASE", "RENAME",  "SAVEPOINT",  "RESTORE", "DATA",    "IMPORT",
    "DO",    "MERGE",    "RESUME",  "RESTART", "PAUSE",      "RESET",   "SNAPSHOT"};

// The letters of a word of at most ten in a number, five bits each.
constexpr std::uint64_t kNoWord = 0;
constexpr std::uint64_t packed(std::string_view word) {
  if (word.size() > 10) return kNoWord;
  std::uint64_t bits = 0;
  for (char c : word) {
    auto letter = static_cast<unsigned>(sql::to_lower(c)) - 'a';
    if (letter > 25) return kNoWord;
    bits = bits << 5 | (letter + 1);
  }
  return bits;
}

struct Entry {
  std::uint64_t word = 0;
  std::size_t index = 0;
};

constexpr auto sorted_words() {
  std::array<Entry, kNames.size()> words{};
  for (std::size_t i = 1; i < kNames.size(); ++i) words[i] = {packed(kNames[i]), i};
  std::sort(words.begin(), words.end(), [](auto& a, auto& b) { return a.word < b.word; });
  return words;
}
constexpr auto kWords = sorted_words();

}  // namespace

std::size_t native_kind_index(std::string_view sql) noexcept {
  while (!sql.empty() && (sql.front() == '(' || sql::is_blank(sql.front()))) sql.remove_prefix(1);
  auto word = packed(sql::first_word(sql));
  auto found = std::lower_bound(kWords.begin(), kWords.end(), word,
                                [](const Entry& entry, std::uint64_t wanted) { return entry.word < wanted; });
  return found != kWords.end() && found->word == word ? found->index : 0;
}

std::size_t native_kinds() noexcept { return kNames.size(); }

std::string_view native_kind_name(std::size_t index) noexcept {
  return index < kNames.size() ? kNames[index] : kNames[0];
}

std::string_view native_kind(std::string_view sql) noexcept { return kNames[native_kind_index(sql)]; }

}  // namespace mogate::rewrite
