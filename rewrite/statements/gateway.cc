#include "rewrite/statements/gateway.h"

#include <algorithm>

namespace mogate::rewrite {
namespace {

constexpr std::uint8_t kLongLong = 8;

struct Topic {
  std::string_view name;
  std::vector<ColumnSpec> columns;
};

const std::vector<Topic>& topics() {
  static const std::vector<Topic> all{
      {"STATUS", {{"name"}, {"value"}}},
      {"SESSIONS",
       {{"id", kLongLong},
        {"native_id", kLongLong},
        {"account"},
        {"user"},
        {"role"},
        {"client"},
        {"tls"},
        {"state"},
        {"commands", kLongLong},
        {"connected_s", kLongLong}}},
      {"OPERATIONS",
       {{"id", kLongLong},
        {"account"},
        {"user"},
        {"client"},
        {"statement"},
        {"step", kLongLong},
        {"steps", kLongLong},
        {"native_sql"},
        {"elapsed_s", kLongLong},
        {"state"}}},
      {"BACKENDS",
       {{"backend"},
        {"version"},
        {"state"},
        {"connects", kLongLong},
        {"failures", kLongLong},
        {"statements", kLongLong},
        {"errors", kLongLong},
        {"p50_ms"},
        {"p99_ms"}}},
      {"DIGESTS",
       {{"digest"},
        {"statement"},
        {"count", kLongLong},
        {"errors", kLongLong},
        {"rows", kLongLong},
        {"total_s"},
        {"p50_ms"},
        {"p99_ms"},
        {"text"}}},
      {"METRICS", {{"name"}, {"labels"}, {"value"}}},
      {"POLICIES",
       {{"position", kLongLong},
        {"rule"},
        {"action"},
        {"continues"},
        {"dry_run"},
        {"line", kLongLong},
        {"hits", kLongLong}}},
  };
  return all;
}

std::string topics_expected() {
  std::string out;
  for (const auto& topic : topics()) {
    if (!out.empty()) out += &topic == &topics().back() ? " or " : ", ";
    out += topic.name;
  }
  return out;
}

}  // namespace

ShowGateway parse_show_gateway(sql::Cursor& in) {
  for (const auto& topic : topics())
    if (in.accept(topic.name)) return {std::string(topic.name)};
  in.fail(topics_expected());
  return {};
}

Planned plan_show_gateway(const ShowGateway& statement) {
  Plan plan;
  plan.answer.kind = AnswerKind::gateway;
  plan.answer.gateway_topic = statement.topic;
  plan.answer.columns = gateway_columns(statement.topic);
  return plan;
}

Planned plan_reload_gateway() {
  Plan plan;
  plan.answer.kind = AnswerKind::gateway;
  plan.answer.gateway_topic = kReloadTopic;
  return plan;
}

std::vector<ColumnSpec> gateway_columns(std::string_view topic) {
  auto known = std::find_if(topics().begin(), topics().end(), [&](auto& t) { return t.name == topic; });
  return known != topics().end() ? known->columns : std::vector<ColumnSpec>();
}

}  // namespace mogate::rewrite
