// What SHOW GATEWAY … answers.
#pragma once

#include "proxy/server/shared.h"
#include "rewrite/plan.h"

#include <string_view>

namespace mogate::proxy {

// The rows of `topic`, in the columns of rewrite::gateway_columns().
rewrite::Rows gateway_rows(const Shared& shared, std::string_view topic);

}  // namespace mogate::proxy
