#include "rewrite/row_diff.h"

#include <algorithm>
#include <compare>

namespace mogate::rewrite {
namespace {

// NULL comes before everything else, as in MatrixOne's ascending order.
template <class AnyRow>
std::strong_ordering order(const AnyRow& a, const AnyRow& b, std::size_t key_columns) {
  std::size_t n = std::min({key_columns, a.size(), b.size()});
  for (std::size_t i = 0; i < n; ++i) {
    if (a[i].has_value() != b[i].has_value()) return a[i].has_value() <=> b[i].has_value();
    if (!a[i]) continue;
    if (int c = a[i]->compare(*b[i]); c != 0) return c <=> 0;
  }
  return std::strong_ordering::equal;
}

template <class AnyRow>
RowVerdict compare(const AnyRow* old_row, const AnyRow* new_row, std::size_t key_columns) {
  if (old_row == nullptr) return {Change::insert, false, true};
  if (new_row == nullptr) return {Change::removal, true, false};
  auto by_key = order(*old_row, *new_row, key_columns);
  if (by_key < 0) return {Change::removal, true, false};
  if (by_key > 0) return {Change::insert, false, true};
  return {*old_row == *new_row ? Change::none : Change::update, true, true};
}

const char* flag(Change change) {
  switch (change) {
    case Change::insert: return "INSERT";
    case Change::update: return "UPDATE";
    case Change::removal: return "DELETE";
    case Change::none: break;
  }
  return "";
}

}  // namespace

RowVerdict compare_rows(const Row* old_row, const Row* new_row, std::size_t key_columns) {
  return compare(old_row, new_row, key_columns);
}

RowVerdict compare_rows(const RowOfViews* old_row, const RowOfViews* new_row, std::size_t key_columns) {
  return compare(old_row, new_row, key_columns);
}

Row change_row(Change change, const Row& row, std::size_t key_columns) {
  Row out{flag(change)};
  out.insert(out.end(), row.begin() + static_cast<std::ptrdiff_t>(std::min(key_columns, row.size())),
             row.end());
  return out;
}

}  // namespace mogate::rewrite
