// Tells whether two reads gave the same rows, in whatever order: for tables without a key to compare by.
#pragma once

#include "rewrite/subscription/row_batches.h"

#include <cstdint>
#include <string>

namespace mogate::rewrite {

class RowDigest {
 public:
  // Each row as often as it is there.
  void add(const CopiedRow& row);
  bool operator==(const RowDigest& other) const { return rows_ == other.rows_ && sum_ == other.sum_; }

 private:
  std::uint64_t rows_ = 0, sum_ = 0;
  std::string bytes_;
};

}  // namespace mogate::rewrite
