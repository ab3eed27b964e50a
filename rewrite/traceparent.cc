#include "rewrite/traceparent.h"

#include <algorithm>

namespace mogate::rewrite {
namespace {

constexpr std::string_view kShape = "vv-tttttttttttttttttttttttttttttttt-pppppppppppppppp-ff";

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

bool has_shape(std::string_view value) {
  for (std::size_t i = 0; i < kShape.size(); ++i)
    if (kShape[i] == '-' ? value[i] != '-' : !is_hex(value[i])) return false;
  auto zeros = [&](std::size_t at, std::size_t size) {
    auto part = value.substr(at, size);
    return std::all_of(part.begin(), part.end(), [](char c) { return c == '0'; });
  };
  return value.substr(0, 2) != "ff" && !zeros(3, 32) && !zeros(36, 16);
}

}  // namespace

std::string_view find_traceparent(std::string_view sql) noexcept {
  constexpr std::string_view kName = "traceparent";
  auto at = sql.find(kName);
  if (at == std::string_view::npos) return {};
  auto begin = sql.find_first_not_of(" =:'\"", at + kName.size());
  if (begin == std::string_view::npos || sql.size() - begin < kShape.size()) return {};
  auto value = sql.substr(begin, kShape.size());
  return has_shape(value) ? value : std::string_view();
}

}  // namespace mogate::rewrite
