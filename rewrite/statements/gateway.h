// SHOW GATEWAY {STATUS | SESSIONS | OPERATIONS | BACKENDS | DIGESTS | METRICS | POLICIES}, RELOAD GATEWAY
#pragma once

#include "rewrite/planning.h"
#include "rewrite/sql/cursor.h"

#include <string>
#include <vector>

namespace mogate::rewrite {

struct ShowGateway {
  std::string topic;  // in upper case
};

// Certificates and policies are read anew, as at SIGHUP.
struct ReloadGateway {};
inline constexpr char kReloadTopic[] = "RELOAD";

// After SHOW GATEWAY.
ShowGateway parse_show_gateway(sql::Cursor& in);
Planned plan_show_gateway(const ShowGateway& statement);
Planned plan_reload_gateway();
std::vector<ColumnSpec> gateway_columns(std::string_view topic);

}  // namespace mogate::rewrite
