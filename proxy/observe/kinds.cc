#include "proxy/observe/kinds.h"

#include "rewrite/native_kind.h"

#include <mutex>
#include <vector>

namespace mogate::proxy {
namespace {

struct Names {
  std::mutex mutex;
  std::vector<std::string_view> names;

  Names() {
    for (std::size_t i = 0; i < rewrite::native_kinds(); ++i) names.push_back(rewrite::native_kind_name(i));
  }
};

Names& known() {
  static Names names;
  return names;
}

}  // namespace

Kind kind_of(std::string_view name) {
  auto& all = known();
  std::lock_guard lock(all.mutex);
  for (std::size_t i = 0; i < all.names.size(); ++i)
    if (all.names[i] == name) return i;
  if (all.names.size() == kMostKinds) return 0;
  all.names.push_back(name);
  return all.names.size() - 1;
}

std::string_view name_of_kind(Kind kind) {
  auto& all = known();
  std::lock_guard lock(all.mutex);
  return kind < all.names.size() ? all.names[kind] : all.names.front();
}

}  // namespace mogate::proxy
