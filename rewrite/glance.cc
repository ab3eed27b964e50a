#include "rewrite/glance.h"

namespace mogate::rewrite {

bool needs_look(std::string_view) noexcept { return true; }

}  // namespace mogate::rewrite
