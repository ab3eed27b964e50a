// Texts near to given ones, the same in every run: for properties that must hold of any text.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace mogate::rewrite::test {

// Calls `check` with `count` mutations of `sql`: pieces of SQL put in, cut out or doubled.
void for_mutations(std::string_view sql, std::size_t count,
                   const std::function<void(const std::string&)>& check);

}  // namespace mogate::rewrite::test
