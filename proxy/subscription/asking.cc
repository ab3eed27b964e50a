#include "proxy/subscription/asking.h"

#include "proxy/subscription/logins.h"
#include "proxy/subscription/schema.h"
#include "rewrite/planning.h"
#include "rewrite/subscription/state_sql.h"

#include <algorithm>
#include <thread>

namespace mogate::proxy {
namespace {

using protocol::SqlError;
namespace state = rewrite::state_sql;

// Between two looks at a subscription that is waited for.
constexpr std::chrono::milliseconds kLook{200};

}  // namespace

rewrite::Result failed_result(SqlError error) {
  rewrite::Result result;
  result.error = std::move(error);
  return result;
}

rewrite::Result ok_result(std::string info) {
  rewrite::Result result;
  result.info = std::move(info);
  return result;
}

SqlError no_such_subscription(std::string_view name) {
  return rewrite::internal_error("subscription " + std::string(name) +
                                 " does not exist; SHOW SUBSCRIPTIONS lists those that do");
}

Asking::MaybeError Asking::open() {
  if (auto error = service.open(service_login(config, "sys"), config.subscriptions.statement_timeout))
    return error;
  if (auto set = service.run("set lock_wait_timeout = 3"); set.error) return set.error;
  return engine.prepared() ? std::nullopt : prepare_sys(service);
}

Asking::MaybeError Asking::open_account(const rewrite::Subscription& s, Link& own) {
  if (config.service_login(s.account) == nullptr)
    return rewrite::internal_error("subscription " + s.name + " needs [service.accounts." + s.account +
                                   "] in the gateway's configuration");
  return own.open(service_login(config, s.account), config.subscriptions.statement_timeout);
}

Asking::MaybeError Asking::run_in_account(const rewrite::Subscription& s, const std::string& sql,
                                          rewrite::Rows* rows) {
  Link own(engine.sockets(), "downstream");
  if (auto error = open_account(s, own)) return error;
  auto answer = own.run(sql);
  if (rows != nullptr) *rows = std::move(answer.rows);
  return answer.error;
}

std::variant<std::vector<rewrite::Subscription>, SqlError> Asking::visible(bool with_deleted) {
  auto answer = service.run(state::subscriptions());
  if (answer.error) return *answer.error;
  auto all = state::read_subscriptions(answer.rows);
  std::erase_if(all, [&](const rewrite::Subscription& s) {
    bool gone = s.state == rewrite::SubscriptionState::deleted && !with_deleted;
    return gone || (identity.account_id != 0 && s.account_id != identity.account_id);
  });
  return all;
}

std::variant<std::optional<rewrite::Subscription>, SqlError> Asking::find(std::string_view name) {
  auto all = visible();
  if (auto* error = std::get_if<SqlError>(&all)) return *error;
  for (auto& s : std::get<0>(all))
    if (s.name == name) return std::optional(s);
  return std::optional<rewrite::Subscription>();
}

bool Asking::wait_for(std::uint32_t id, std::chrono::seconds limit, const Done& done) {
  auto end = std::chrono::steady_clock::now() + limit;
  while (!given_up) {
    auto all = visible(true);
    std::optional<rewrite::Subscription> found;
    if (auto* list = std::get_if<0>(&all))
      for (auto& s : *list)
        if (s.id == id) found = s;
    if (all.index() == 0 && done(found)) return true;
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(kLook);
  }
  return false;
}

}  // namespace mogate::proxy
