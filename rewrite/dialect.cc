#include "rewrite/dialect.h"

#include <charconv>
#include <cstddef>
#include <optional>

namespace mogate::rewrite {
namespace {

constexpr Version kNewest{4, 2, 0};

// "4.2.0-head"; nullopt if it does not begin with three numbers.
std::optional<Version> read_version(std::string_view text) {
  Version v;
  for (int* part : {&v.major, &v.minor, &v.patch}) {
    if (part != &v.major && (text.empty() || text[0] != '.')) return std::nullopt;
    if (part != &v.major) text.remove_prefix(1);
    auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), *part);
    if (ec != std::errc() || *part < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  return v;
}

}  // namespace

Dialect parse_version(std::string_view server_version) {
  constexpr std::string_view kName = "MatrixOne";
  auto at = server_version.find(kName);
  if (at == std::string_view::npos) return {false, kNewest};
  std::string_view rest = server_version.substr(at + kName.size());
  if (rest.substr(0, 2) == "-v") rest.remove_prefix(2);
  return {true, read_version(rest).value_or(kNewest)};
}

}  // namespace mogate::rewrite
