// SHOW SUBSCRIPTIONS and SHOW SUBSCRIPTION TASKS.
#include "proxy/subscription/asking.h"
#include "rewrite/sql/like.h"
#include "rewrite/subscription/state_sql.h"

#include <map>

namespace mogate::proxy {
namespace {

using protocol::SqlError;
using rewrite::Subscription;
namespace state = rewrite::state_sql;

std::optional<std::string> text_or_null(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

// Adds the tasks of one account's subscriptions.
std::optional<SqlError> add_tasks(Asking& asking, const std::vector<Subscription>& of_account,
                                  rewrite::Rows& out) {
  rewrite::Rows rows;
  if (auto error = asking.run_in_account(of_account.front(), state::tasks({}), &rows)) return error;
  for (const auto& task : state::read_tasks(rows)) {
    for (const auto& s : of_account) {
      if (s.id != task.subscription) continue;
      bool copied = !task.snapshot.empty();
      out.rows.push_back({s.name, task.database, task.table, std::string(rewrite::name_of(task.state)),
                          task.watermark, copied ? std::optional(std::to_string(task.lag_s)) : std::nullopt,
                          std::to_string(task.rows_done), std::to_string(task.rows_total),
                          std::to_string(task.lsn), text_or_null(task.error), task.updated_at});
    }
  }
  return std::nullopt;
}

}  // namespace

rewrite::Result show_subscriptions(Asking& asking, const rewrite::ShowSubscriptions& statement) {
  auto all = asking.visible();
  if (auto* error = std::get_if<SqlError>(&all)) return failed_result(*error);
  rewrite::Result result;
  result.kind = rewrite::Result::Kind::rows;
  for (const auto& s : std::get<0>(all)) {
    if (statement.like && !rewrite::sql::like(s.name, *statement.like)) continue;
    result.rows.rows.push_back({s.name, s.shown_uri, s.database, s.table.empty() ? "*" : s.table,
                                std::to_string(s.interval_s), std::to_string(static_cast<int>(s.state)),
                                s.created_at, s.updated_at});
  }
  return result;
}

rewrite::Result show_subscription_tasks(Asking& asking, const rewrite::ShowSubscriptionTasks& statement) {
  auto all = asking.visible();
  if (auto* error = std::get_if<SqlError>(&all)) return failed_result(*error);
  std::map<std::string, std::vector<Subscription>> by_account;
  for (const auto& s : std::get<0>(all))
    if (!statement.subscription || s.name == *statement.subscription) by_account[s.account].push_back(s);
  if (statement.subscription && by_account.empty())
    return failed_result(no_such_subscription(*statement.subscription));
  rewrite::Result result;
  result.kind = rewrite::Result::Kind::rows;
  for (const auto& one : by_account)
    if (auto error = add_tasks(asking, one.second, result.rows)) return failed_result(*error);
  return result;
}

}  // namespace mogate::proxy
