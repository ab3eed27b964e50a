#include "rewrite/subscription/row_digest.h"

#include <functional>

namespace mogate::rewrite {

// Lengths keep ('ab', 'c') and ('a', 'bc') apart, and NULL and ''.
void RowDigest::add(const CopiedRow& row) {
  bytes_.clear();
  for (const auto& cell : row) {
    bytes_ += cell ? std::to_string(cell->size()) : "n";
    bytes_ += ':';
    if (cell) bytes_ += *cell;
  }
  ++rows_;
  sum_ += std::hash<std::string>{}(bytes_);
}

}  // namespace mogate::rewrite
