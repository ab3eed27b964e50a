#include "proxy/subscription/statements.h"

#include "proxy/subscription/asking.h"

namespace mogate::proxy {

rewrite::Result SubscriptionStatements::answer(const rewrite::Statement& statement,
                                               const rewrite::Identity& identity,
                                               const std::atomic<bool>& given_up) {
  Asking asking{config_, secrets_, engine_, identity, given_up, Link(engine_.sockets(), "downstream")};
  if (auto error = asking.open()) return failed_result(*error);
  if (const auto* create = std::get_if<rewrite::CreateSubscription>(&statement.as))
    return create_subscription(asking, *create);
  if (const auto* change = std::get_if<rewrite::ChangeSubscription>(&statement.as))
    return change_subscription(asking, *change);
  if (const auto* show = std::get_if<rewrite::ShowSubscriptions>(&statement.as))
    return show_subscriptions(asking, *show);
  if (const auto* tasks = std::get_if<rewrite::ShowSubscriptionTasks>(&statement.as))
    return show_subscription_tasks(asking, *tasks);
  return failed_result({protocol::errc::mo_internal, "gateway: no statement about subscriptions", {}});
}

}  // namespace mogate::proxy
