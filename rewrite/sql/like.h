// LIKE as MySQL reads it: % for any characters, _ for one, \ before one that stands for itself. Letters of
// ASCII match in either case.
#pragma once

#include <string_view>

namespace mogate::rewrite::sql {

bool like(std::string_view text, std::string_view pattern);

}  // namespace mogate::rewrite::sql
