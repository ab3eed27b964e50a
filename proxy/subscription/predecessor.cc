#include "proxy/subscription/predecessor.h"

#include "protocol/user_name.h"
#include "proxy/subscription/logins.h"
#include "proxy/subscription/schema.h"
#include "rewrite/subscription/state_sql.h"

#include <algorithm>

namespace mogate::proxy {
namespace {

using MaybeError = std::optional<protocol::SqlError>;
namespace state = rewrite::state_sql;

std::size_t position(const rewrite::Rows& rows, std::string_view column) {
  return static_cast<std::size_t>(std::find(rows.columns.begin(), rows.columns.end(), column) -
                                  rows.columns.begin());
}

// A number alone is not enough: it may be another's, after MatrixOne was started anew.
MaybeError kill_connections(const rewrite::Rows& ids, const std::string& user_name, Link& service) {
  if (ids.rows.empty()) return std::nullopt;
  auto all = service.run("show processlist");
  if (all.error) return all.error;
  auto id = position(all.rows, "conn_id"), user = position(all.rows, "user");
  for (const auto& row : all.rows.rows) {
    if (std::max(id, user) >= row.size() || row[user] != user_name) continue;
    bool left =
        std::any_of(ids.rows.begin(), ids.rows.end(), [&](const auto& one) { return one[0] == row[id]; });
    if (left) service.run("kill " + row[id].value_or("0"));
  }
  return std::nullopt;
}

}  // namespace

MaybeError end_predecessor(const Config& config, const std::string& account, Link& service,
                           OpenSockets& sockets) {
  auto login = service_login(config, account);
  Link own(sockets, "downstream");
  if (auto error = own.open(login, config.subscriptions.statement_timeout)) return error;
  if (auto error = prepare_account(own)) return error;
  auto left = own.run(state::running_connections());
  if (left.error) return left.error;
  if (auto error = kill_connections(left.rows, protocol::parse_user_name(login.user).user, service))
    return error;
  return own.run(state::fence({})).error;
}

}  // namespace mogate::proxy
