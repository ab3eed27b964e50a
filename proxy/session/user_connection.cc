#include "proxy/session/user_connection.h"

#include "proxy/net/bounded.h"
#include "proxy/session/client_error.h"
#include "rewrite/sql/quoting.h"

#include <fmt/format.h>

namespace mogate::proxy {
namespace {

using protocol::SqlError;
using rewrite::sql::quote_name;

const SqlError kNoCredentials{2003, "mogate: no further connection without a bridge login", {}};

std::string cell(const QueryResult& result, std::size_t column) {
  const auto& rows = result.rows.rows;
  return rows.empty() || column >= rows[0].size() ? "" : rows[0][column].value_or("");
}

std::optional<SqlError> error_of(const QueryResult& result) {
  if (result.io) return error_for_client(result.io, Moment::login);
  if (result.error) return mend_native_error(*result.error);
  return std::nullopt;
}

Task<std::optional<SqlError>> log_in(SessionContext& c, BackendLink& link) {
  auto io = co_await link.connect(c.shared.backend_endpoint, c.shared.backend_preamble(c.origin));
  if (io) co_return error_for_client(io, Moment::login);
  if (link.refusal) co_return mend_native_error(*link.refusal);
  link.leg().limit_stalls(c.config().timeouts.write);
  const auto& credentials = *c.credentials;
  Prover prove = [&credentials](std::string_view plugin, std::string_view salt) {
    return credentials.prove(plugin, salt);
  };
  auto tls = c.shared.tls.current();
  auto refused = co_await link.login(credentials.user, prove, c.config().backend_tls, tls->backend.get(), io);
  if (io) co_return error_for_client(io, Moment::login);
  if (refused) co_return mend_native_error(*refused);
  co_return std::nullopt;
}

// The statements that make the new connection, which is as `now`, look like `wanted`; it commits by itself.
std::vector<std::string> settings(const ConnectionState& wanted, const ConnectionState& now,
                                  const rewrite::Dialect& dialect) {
  std::vector<std::string> out;
  if (!wanted.role.empty() && wanted.role != now.role) out.push_back("SET ROLE " + quote_name(wanted.role));
  if (now.autocommit == "0" || now.autocommit == "OFF") out.push_back("SET autocommit = 1");
  if (!wanted.database.empty()) out.push_back("USE " + quote_name(wanted.database));
  if (!wanted.sql_mode.empty() && wanted.sql_mode != now.sql_mode)
    out.push_back("SET sql_mode = " + rewrite::sql::quote_string(wanted.sql_mode, dialect.lexer_mode({})));
  return out;
}

constexpr char kStateSql[] = "select database(), current_role_name(), @@sql_mode, @@autocommit";

ConnectionState state_of(const QueryResult& result) {
  return {cell(result, 0), cell(result, 1), cell(result, 2), cell(result, 3)};
}

}  // namespace

Task<std::optional<SqlError>> connect_as_user(SessionContext& c, BackendLink& link,
                                              const ConnectionState& state) {
  link.close();
  if (!c.credentials) co_return kNoCredentials;
  c.readiness.set_deadline_in(c.config().timeouts.connect);
  if (auto error = co_await log_in(c, link)) co_return error;
  auto now = co_await link.query(kStateSql);
  if (auto error = error_of(now)) co_return error;
  for (const auto& sql : settings(state, state_of(now), c.dialect)) {
    if (auto error = error_of(co_await link.query(sql))) co_return error;
  }
  co_return std::nullopt;
}

Sibling::Sibling(SessionContext& context)
    : c_(context), own_(context.shard.reactor, context.readiness, context.shard.buffers) {}

Sibling::~Sibling() {
  if (!open_) return;
  c_.backend.close();
  c_.backend.swap(own_);
  c_.backend.leg().put_back();
  c_.aside = nullptr;
  c_.note_transaction();
}

Task<Sibling::Opened> Sibling::open() {
  Opened opened;
  c_.readiness.set_deadline_in(c_.config().timeouts.orchestration);
  auto state = co_await c_.backend.query(kStateSql);
  opened.end = end_if(state.io);
  if (state.error) opened.error = mend_native_error(*state.error);
  if (opened.end || opened.error) co_return opened;
  c_.backend.leg().set_aside();
  c_.backend.swap(own_);
  c_.aside = &own_;
  open_ = true;
  opened.error = co_await connect_as_user(c_, c_.backend, state_of(state));
  c_.note_transaction();
  co_return opened;
}

}  // namespace mogate::proxy
