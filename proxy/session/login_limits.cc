#include "proxy/session/login_limits.h"

#include "proxy/session/backend_login.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace mogate::proxy {
namespace {

using protocol::SqlError;

// MySQL's ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED and
// ER_USER_ACCESS_DENIED_FOR_USER_ACCOUNT_BLOCKED_BY_PASSWORD_LOCK, with its texts where they fit.
constexpr std::uint16_t kTooManyOfUser = 1203;
constexpr std::uint16_t kLimitReached = 1226;
constexpr std::uint16_t kBlocked = 3955;

std::string address_of(const SessionContext& c) {
  return c.origin.source ? c.origin.source->address_text() : "";
}

std::string full_name(const protocol::UserName& name) { return name.account + ':' + name.user; }

SqlError too_many_of_user(const protocol::UserName& name) {
  return {
      kTooManyOfUser,
      fmt::format("User {} already has more than 'sessions_per_user' active connections", full_name(name)),
      {}};
}

SqlError too_many_of_account(const protocol::UserName& name, std::uint32_t most) {
  return {kLimitReached,
          fmt::format("User '{}' has exceeded the 'sessions_per_account' resource (current value: {})",
                      full_name(name), most),
          {}};
}

// A password or a user that is not there: MatrixOne tells them apart (FINDINGS, handshake).
bool is_wrong_login(const MaybeEnd& end) {
  return end && end->say &&
         (end->say->code == protocol::errc::access_denied || end->say->code == protocol::errc::mo_internal);
}

}  // namespace

MaybeEnd enter_address(SessionContext& c) {
  auto address = address_of(c);
  if (address.empty() || c.shared.limits.enter(SharedBy::address, address, c.address_place))
    return std::nullopt;
  return refuse_login({protocol::errc::too_many_connections, "Too many connections", "08004"});
}

MaybeEnd enter_user(SessionContext& c) {
  auto& limits = c.shared.limits;
  const auto& name = c.entry->user;
  if (!limits.enter(SharedBy::account, name.account, c.account_place))
    return refuse_login(too_many_of_account(name, limits.most(SharedBy::account)));
  if (!limits.enter(SharedBy::user, full_name(name), c.user_place))
    return refuse_login(too_many_of_user(name));
  return std::nullopt;
}

std::string throttle_key(const SessionContext& c) { return address_of(c) + '\n' + full_name(c.entry->user); }

Task<MaybeEnd> wait_for_turn(SessionContext& c, const std::string& key) {
  auto wait = c.shared.throttle.take_turn(key, Clock::now());
  if (!wait) {
    SqlError blocked{kBlocked,
                     fmt::format("Access denied for user '{}'. Account is blocked for some seconds due to "
                                 "consecutive failed logins",
                                 full_name(c.entry->user)),
                     {}};
    co_return refuse_login(std::move(blocked));
  }
  if (*wait == Clock::duration{}) co_return std::nullopt;
  c.readiness.set_deadline_in(*wait);
  auto events = co_await c.readiness.wait(event::client_gone);
  if (events & event::stop) co_return SessionEnd{{Side::gateway, IoFault::stopped}, {}, false};
  if (events & event::client_gone) co_return SessionEnd{{Side::client, IoFault::closed}, {}, true};
  c.readiness.set_deadline_in(c.config().timeouts.handshake);
  co_return std::nullopt;
}

void note_login(SessionContext& c, const std::string& key, const MaybeEnd& end) {
  if (c.logged_in) return c.shared.throttle.succeeded(key);
  if (!is_wrong_login(end)) return;
  spdlog::info("failed login of {} from {}", full_name(c.entry->user), c.entry->client);
  c.shared.throttle.failed(key, Clock::now());
}

}  // namespace mogate::proxy
