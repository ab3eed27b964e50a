// What the statements about subscriptions do (DESIGN 4 and 6), with the gateway's own connections. Blocking.
#pragma once

#include "proxy/subscription/engine.h"
#include "rewrite/plan.h"
#include "rewrite/statement.h"
#include "rewrite/statement_run.h"

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mogate::proxy {

class SubscriptionStatements {
 public:
  SubscriptionStatements(const Config& config, const SecretBox& secrets, SubscriptionEngine& engine)
      : config_(config), secrets_(secrets), engine_(engine) {}

  // For a session whose privileges were checked. Once `given_up` is true, nobody waits for the answer.
  rewrite::Result answer(const rewrite::Statement& statement, const rewrite::Identity& identity,
                         const std::atomic<bool>& given_up);

 private:
  const Config& config_;
  const SecretBox& secrets_;
  SubscriptionEngine& engine_;
};

}  // namespace mogate::proxy
