// What the rules about values ask of a column's type.
#pragma once

#include "rewrite/dialect.h"
#include "rewrite/table_definition.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace mogate::rewrite {

inline bool before_4(const Dialect& d) { return d.version < Version{4, 0, 0}; }

inline bool is_wide_decimal(const TableColumn& c) { return c.type == "decimal" && c.width > 38; }

inline bool is_geometry(const TableColumn& c) {
  constexpr std::array<std::string_view, 8> kTypes{
      "geometry",   "point",           "linestring",   "polygon",
      "multipoint", "multilinestring", "multipolygon", "geometrycollection"};
  std::string_view type = c.type;
  if (type.ends_with("32")) type.remove_suffix(2);
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

}  // namespace mogate::rewrite
