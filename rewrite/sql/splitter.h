// Cuts a multi-statement text where MatrixOne would.
#pragma once

#include "rewrite/sql/lexer.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace mogate::rewrite::sql {

struct Part {
  std::size_t offset = 0;  // of the part in the whole text
  std::string_view text;   // without the ';', surrounding blanks kept off
};

// The statements of `sql`, in order, without empty ones (a part of comments alone is empty). Views into
// `sql`.
std::vector<Part> split(std::string_view sql, SqlMode mode = {});

}  // namespace mogate::rewrite::sql
