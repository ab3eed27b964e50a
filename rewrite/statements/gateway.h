// SHOW GATEWAY {STATUS | SESSIONS | OPERATIONS | BACKENDS | DIGESTS | METRICS}
#pragma once

#include "rewrite/planning.h"
#include "rewrite/sql/cursor.h"

#include <string>
#include <vector>

namespace mogate::rewrite {

struct ShowGateway {
  std::string topic;  // in upper case
};

// After SHOW GATEWAY.
ShowGateway parse_show_gateway(sql::Cursor& in);
Planned plan_show_gateway(const ShowGateway& statement);
std::vector<ColumnSpec> gateway_columns(std::string_view topic);

}  // namespace mogate::rewrite
