#include "proxy/subscription/physical_checks.h"

#include "protocol/auth.h"
#include "rewrite/planning.h"
#include "rewrite/session_facts.h"
#include "rewrite/sql/quoting.h"
#include "rewrite/statements/cdc_uri.h"
#include "rewrite/subscription/ccpr.h"

namespace mogate::proxy {
namespace {

using protocol::SqlError;
using MaybeError = std::optional<SqlError>;

SqlError refused(const std::string& why) { return rewrite::internal_error("ENGINE = PHYSICAL " + why); }

MaybeError refuse_versions(const Link& up, const Link& down) {
  if (!down.dialect().has_ccpr()) return refused("needs MatrixOne 4.0 or later downstream");
  if (!up.dialect().has_ccpr()) return refused("needs MatrixOne 4.0 or later upstream");
  return std::nullopt;
}

MaybeError refuse_user(Link& up) {
  auto answer = up.run(rewrite::kIdentitySql);
  if (answer.error) return answer.error;
  auto identity = rewrite::read_identity(answer.rows);
  if (identity && identity->is_sys()) return std::nullopt;
  return refused(
      "needs a uri of account sys with role moadmin: others may not run what MatrixOne's replication asks");
}

MaybeError refuse_uri(const rewrite::Subscription& s, const ServerLogin& login) {
  auto uri = physical_uri(s, login);
  if (auto* error = std::get_if<SqlError>(&uri)) return *error;
  protocol::wipe(std::get<std::string>(uri));
  return std::nullopt;
}

MaybeError refuse_database(Asking& asking, const rewrite::Subscription& s) {
  if (!s.table.empty()) return std::nullopt;
  rewrite::Rows rows;
  std::string sql =
      "select 1 from mo_catalog.mo_database where account_id = current_account_id() and datname = " +
      rewrite::sql::quote_string(s.database);
  if (auto error = asking.run_in_account(s, sql, &rows)) return error;
  if (rows.rows.empty()) return std::nullopt;
  return refused("makes the database itself, so drop database " + s.database + " first");
}

}  // namespace

std::variant<std::string, SqlError> physical_uri(const rewrite::Subscription& s,
                                                 const ServerLogin& upstream) {
  auto written = rewrite::parse_cdc_uri(s.shown_uri);
  const auto& host = s.account == "sys" && written ? written->host : upstream.host;
  return rewrite::ccpr::uri({upstream.user, upstream.password.view(), host, upstream.port});
}

MaybeError refuse_physical(Asking& asking, const rewrite::Subscription& s, Link& up,
                           const ServerLogin& login) {
  if (asking.config.upstreams.tls == TlsMode::required)
    return refused("does not use TLS, which [upstreams] tls = \"required\" asks for");
  if (auto error = rewrite::ccpr::refuse_names(s)) return error;
  if (auto error = refuse_versions(up, asking.service)) return error;
  if (auto error = refuse_user(up)) return error;
  if (auto error = refuse_uri(s, login)) return error;
  return refuse_database(asking, s);
}

}  // namespace mogate::proxy
