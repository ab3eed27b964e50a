#include "protocol/constants.h"
#include "rewrite/statements/subscription.h"
#include "rewrite/statements/subscription_parts.h"

namespace mogate::rewrite {
namespace {

constexpr std::uint8_t type(protocol::FieldType type) { return static_cast<std::uint8_t>(type); }

constexpr auto kTiny = type(protocol::FieldType::tiny), kInt = type(protocol::FieldType::long_int),
               kBigInt = type(protocol::FieldType::long_long), kText = type(protocol::FieldType::blob),
               kTimestamp = type(protocol::FieldType::timestamp);

// Everybody sees the subscriptions of the own account, sys all.
std::string read_of(const std::string& tables, std::string where, const Planning& p) {
  if (!p.self().is_sys()) where += (where.empty() ? "" : " AND ") + p.own_account();
  return "SELECT … FROM " + tables + (where.empty() ? "" : " WHERE " + where);
}

}  // namespace

std::vector<ColumnSpec> subscription_columns() {
  return {{"subscription_name"},       {"upstream_conn"},          {"database"},
          {"tables", kText},           {"sync_interval", kInt},    {"status", kTiny},
          {"create_time", kTimestamp}, {"update_time", kTimestamp}};
}

std::vector<ColumnSpec> subscription_task_columns() {
  return {{"subscription_name"},
          {"database_name"},
          {"table_name"},
          {"state"},
          {"watermark", kTimestamp, 0, 6},
          {"lag_s", kBigInt},
          {"rows_done", kBigInt},
          {"rows_total", kBigInt},
          {"iteration_lsn", kBigInt},
          {"error_message"},
          {"update_time", kTimestamp}};
}

std::optional<ShowSubscriptions> parse_show_subscriptions(sql::Cursor& in) {
  if (in.peek().is("ALL") || in.peek().is("WHERE")) return std::nullopt;
  ShowSubscriptions out;
  if (in.accept("LIKE")) out.like = in.string("a pattern in quotes");
  return out;
}

ShowSubscriptionTasks parse_show_subscription_tasks(sql::Cursor& in) {
  ShowSubscriptionTasks out;
  if (in.accept("FOR")) out.subscription = in.name("a subscription's name");
  return out;
}

Planned plan_show_subscriptions(const ShowSubscriptions& statement, const Planning& p) {
  std::string where = statement.like ? "subscription_name LIKE " + p.literal(*statement.like) : "";
  return subscription_plan({{"service", read_of("`mogate`.`mo_sync_configs`", where, p), "stop"}},
                           subscription_columns());
}

Planned plan_show_subscription_tasks(const ShowSubscriptionTasks& statement, const Planning& p) {
  std::string where =
      statement.subscription ? "subscription_name = " + p.literal(*statement.subscription) : "";
  return subscription_plan(
      {{"service", read_of("`mogate`.`mo_sync_configs` JOIN `mogate`.`mo_sync_tasks`", where, p), "stop"}},
      subscription_task_columns());
}

}  // namespace mogate::rewrite
