// Merges two reads of a table, ordered by their leading key columns, into what changed between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::rewrite {

using Row = std::vector<std::optional<std::string>>;
using RowOfViews = std::vector<std::optional<std::string_view>>;

enum class Change : std::uint8_t { none, insert, update, removal };

// What the two rows at the head of the reads mean, and which reads go on by one row. A read that is at its
// end gives nullptr. Both at the end is not to be asked.
struct RowVerdict {
  Change change = Change::none;
  bool next_old = false;
  bool next_new = false;
};
RowVerdict compare_rows(const Row* old_row, const Row* new_row, std::size_t key_columns);
RowVerdict compare_rows(const RowOfViews* old_row, const RowOfViews* new_row, std::size_t key_columns);

// The answer's row: the flag as DATA BRANCH DIFF writes it, then the row without its keys.
Row change_row(Change change, const Row& row, std::size_t key_columns);

}  // namespace mogate::rewrite
