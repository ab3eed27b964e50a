// What the statements about subscriptions share while one of them runs.
#pragma once

#include "proxy/subscription/engine.h"
#include "proxy/subscription/link.h"
#include "rewrite/plan.h"
#include "rewrite/statement_run.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mogate::proxy {

struct Asking {
  const Config& config;
  const SecretBox& secrets;
  SubscriptionEngine& engine;
  const rewrite::Identity& identity;
  const std::atomic<bool>& given_up;
  Link service;

  using MaybeError = std::optional<protocol::SqlError>;

  // Logs in as the service user, and makes the state's tables if there are none.
  MaybeError open();
  // Logs `own` in to the account that owns `s`.
  MaybeError open_account(const rewrite::Subscription& s, Link& own);
  // Runs it there.
  MaybeError run_in_account(const rewrite::Subscription& s, const std::string& sql,
                            rewrite::Rows* rows = nullptr);
  // All but those that were dropped; of other accounts than the session's only for sys.
  std::variant<std::vector<rewrite::Subscription>, protocol::SqlError> visible(bool with_deleted = false);
  // nullopt: there is none of that name.
  std::variant<std::optional<rewrite::Subscription>, protocol::SqlError> find(std::string_view name);
  // Looks at the subscription again and again until `done` says so (nullopt: it is gone). False when the time
  // is over.
  using Done = std::function<bool(const std::optional<rewrite::Subscription>&)>;
  bool wait_for(std::uint32_t id, std::chrono::seconds limit, const Done& done);
};

rewrite::Result failed_result(protocol::SqlError error);
rewrite::Result ok_result(std::string info = {});
protocol::SqlError no_such_subscription(std::string_view name);

// Everything is looked at before anything is stored.
rewrite::Result create_subscription(Asking& asking, const rewrite::CreateSubscription& statement);
rewrite::Result change_subscription(Asking& asking, const rewrite::ChangeSubscription& statement);
rewrite::Result show_subscriptions(Asking& asking, const rewrite::ShowSubscriptions& statement);
rewrite::Result show_subscription_tasks(Asking& asking, const rewrite::ShowSubscriptionTasks& statement);

}  // namespace mogate::proxy
