#include "rewrite/statements/gateway.h"

namespace mogate::rewrite {

ShowGateway parse_show_gateway(sql::Cursor& in) {
  if (in.accept("STATUS")) return {"STATUS"};
  if (in.accept("SESSIONS")) return {"SESSIONS"};
  if (in.accept("OPERATIONS")) return {"OPERATIONS"};
  in.fail("STATUS, SESSIONS or OPERATIONS");
  return {};
}

Planned plan_show_gateway(const ShowGateway& statement) {
  Plan plan;
  plan.answer.kind = AnswerKind::gateway;
  plan.answer.gateway_topic = statement.topic;
  plan.answer.columns = gateway_columns(statement.topic);
  return plan;
}

std::vector<ColumnSpec> gateway_columns(std::string_view topic) {
  constexpr std::uint8_t kLongLong = 8;
  if (topic == "STATUS") return {{"name"}, {"value"}};
  if (topic == "OPERATIONS")
    return {{"id", kLongLong},
            {"account"},
            {"user"},
            {"client"},
            {"statement"},
            {"step", kLongLong},
            {"steps", kLongLong},
            {"native_sql"},
            {"elapsed_s", kLongLong},
            {"state"}};
  return {{"id", kLongLong},
          {"native_id", kLongLong},
          {"account"},
          {"user"},
          {"role"},
          {"client"},
          {"tls"},
          {"state"},
          {"commands", kLongLong},
          {"connected_s", kLongLong}};
}

}  // namespace mogate::rewrite
