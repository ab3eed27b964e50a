// CREATE SUBSCRIPTION: everything is looked at before anything is stored.
#include "proxy/subscription/asking.h"
#include "proxy/subscription/logins.h"
#include "proxy/subscription/physical_checks.h"
#include "proxy/subscription/schema.h"
#include "rewrite/planning.h"
#include "rewrite/session_facts.h"
#include "rewrite/sql/quoting.h"
#include "rewrite/statements/cdc_uri.h"
#include "rewrite/subscription/state_sql.h"
#include "rewrite/subscription/upstream_sql.h"

namespace mogate::proxy {
namespace {

using protocol::SqlError;
using rewrite::internal_error;
using rewrite::Subscription;
using rewrite::sql::quote_string;
namespace state = rewrite::state_sql;
using MaybeError = std::optional<SqlError>;

constexpr std::size_t kUidDigits = 12;
// An ordinary account's snapshots of one level (FINDINGS, added later), of which two are needed.
constexpr std::uint64_t kMostSnapshots = 50, kOurSnapshots = 2;

std::string first_cell(const ClientAnswer& answer) {
  return answer.rows.rows.empty() ? "" : answer.rows.rows[0][0].value_or("");
}

class Creation {
 public:
  Creation(Asking& asking, const rewrite::CreateSubscription& statement)
      : asking_(asking), statement_(statement), up_(asking.engine.sockets(), "upstream") {}

  rewrite::Result run();

 private:
  MaybeError describe();
  MaybeError connect();
  MaybeError check_user();
  MaybeError check_engine();
  MaybeError check_source();
  MaybeError check_quota();
  MaybeError check_target();
  MaybeError check_others(const std::vector<Subscription>& others) const;
  MaybeError make_tables();
  MaybeError store();
  void look_at_views();
  rewrite::Result wait();
  SqlError login_error(std::string why) const;

  Asking& asking_;
  const rewrite::CreateSubscription& statement_;
  Link up_;
  Subscription s_;
  ServerLogin login_;
  std::string info_;
};

rewrite::Result Creation::run() {
  auto known = asking_.find(statement_.name);
  if (auto* error = std::get_if<SqlError>(&known)) return failed_result(*error);
  if (std::get<0>(known) && statement_.if_not_exists) return ok_result();
  if (std::get<0>(known))
    return failed_result(internal_error("subscription " + statement_.name + " already exists"));
  for (auto check :
       {&Creation::describe, &Creation::check_target, &Creation::connect, &Creation::check_user,
        &Creation::check_engine, &Creation::check_source, &Creation::check_quota, &Creation::make_tables,
        &Creation::store})
    if (auto error = (this->*check)()) return failed_result(*error);
  look_at_views();
  asking_.engine.wake();
  return statement_.wait_s ? wait() : ok_result(info_);
}

MaybeError Creation::describe() {
  auto uri = rewrite::parse_cdc_uri(statement_.uri);
  if (!uri) return internal_error("invalid upstream uri: expected mysql://account#user:password@host:port");
  s_.name = statement_.name;
  s_.account_id = asking_.identity.account_id;
  s_.account = asking_.identity.account;
  s_.database = statement_.database;
  s_.table = statement_.table;
  s_.shown_uri = rewrite::shown_cdc_uri(*uri);
  s_.interval_s = statement_.interval_s;
  bool physical = statement_.engine == rewrite::SyncEngine::physical;
  s_.engine = physical ? rewrite::SyncEngine::physical : rewrite::SyncEngine::logical;
  s_.state = rewrite::SubscriptionState::paused;
  s_.uid = random_hex(kUidDigits);
  if (asking_.config.service_login(s_.account) == nullptr)
    return internal_error("a subscription of account " + s_.account +
                          " needs user and password_file in [service.accounts." + s_.account +
                          "] of the gateway's configuration");
  return std::nullopt;
}

MaybeError Creation::check_target() {
  rewrite::Rows rows;
  std::string sql =
      "select relname from mo_catalog.mo_tables where account_id = current_account_id() and reldatabase = " +
      quote_string(s_.database);
  if (!s_.table.empty()) sql += " and relname = " + quote_string(s_.table);
  if (auto error = asking_.run_in_account(s_, sql + " limit 1", &rows)) return error;
  std::string what = s_.table.empty() ? "database " + s_.database : "table " + s_.database + "." + s_.table;
  if (!rows.rows.empty())
    return internal_error(what + (s_.table.empty() ? " has tables already" : " already exists") +
                          "; a subscription makes its own, so drop " + (s_.table.empty() ? "them" : "it") +
                          " first");
  auto all = asking_.visible();
  if (auto* error = std::get_if<SqlError>(&all)) return *error;
  return check_others(std::get<0>(all));
}

MaybeError Creation::check_others(const std::vector<Subscription>& others) const {
  for (const auto& other : others) {
    bool apart = other.account_id != s_.account_id || other.database != s_.database ||
                 (!other.table.empty() && !s_.table.empty() && other.table != s_.table);
    if (!apart)
      return internal_error("subscription " + other.name + " already keeps " + s_.database +
                            (s_.table.empty() || other.table.empty() ? "" : "." + s_.table) + " in step");
  }
  return std::nullopt;
}

SqlError Creation::login_error(std::string why) const {
  return internal_error("cannot log in to the upstream: " + login_trouble(s_.account, std::move(why)));
}

MaybeError Creation::connect() {
  std::string uri = statement_.uri;
  auto login = upstream_login(asking_.config, uri, s_.account, Secret());
  if (auto* why = std::get_if<std::string>(&login)) return login_error(*why);
  login_ = std::get<ServerLogin>(std::move(login));
  login_.password = uri_password(uri);
  if (auto error = up_.open(login_, asking_.config.subscriptions.statement_timeout))
    return login_error(error->message);
  if (up_.dialect().is_matrixone) return std::nullopt;
  return internal_error("the upstream is not MatrixOne");
}

// Snapshots, and reading the catalog, need the admin.
MaybeError Creation::check_user() {
  auto answer = up_.run(rewrite::kIdentitySql);
  if (answer.error) return answer.error;
  auto identity = rewrite::read_identity(answer.rows);
  if (identity && identity->is_admin()) return std::nullopt;
  return internal_error("the upstream's user must be the admin of its account, because it makes snapshots");
}

MaybeError Creation::check_engine() {
  if (s_.engine != rewrite::SyncEngine::physical) return std::nullopt;
  return refuse_physical(asking_, s_, up_, login_);
}

MaybeError Creation::check_source() {
  auto answer =
      up_.run("select 1 from mo_catalog.mo_database where account_id = current_account_id() and datname = " +
              quote_string(s_.database));
  if (answer.error) return answer.error;
  if (answer.rows.rows.empty())
    return SqlError{protocol::errc::bad_db, "upstream: Unknown database " + s_.database, {}};
  if (s_.table.empty()) return std::nullopt;
  answer = up_.run(
      "select relkind from mo_catalog.mo_tables where account_id = current_account_id() and reldatabase = " +
      quote_string(s_.database) + " and relname = " + quote_string(s_.table));
  if (answer.error) return answer.error;
  if (answer.rows.rows.empty())
    return SqlError{
        protocol::errc::no_such_table, "upstream: no such table " + s_.database + "." + s_.table, {}};
  if (first_cell(answer) == "r") return std::nullopt;
  return internal_error("upstream: " + s_.database + "." + s_.table + " is no table that can be copied");
}

MaybeError Creation::check_quota() {
  auto taken =
      up_.run("select count(*) from mo_catalog.mo_snapshots where level = " +
              quote_string(s_.table.empty() ? "database" : "table") + " and current_account_id() <> 0");
  if (taken.error) return taken.error;
  if (std::stoull("0" + first_cell(taken)) + kOurSnapshots <= kMostSnapshots) return std::nullopt;
  return internal_error("the upstream's account has " + first_cell(taken) +
                        " of 50 snapshots; a subscription needs two");
}

MaybeError Creation::make_tables() {
  Link own(asking_.engine.sockets(), "downstream");
  if (auto error = asking_.open_account(s_, own)) return error;
  return prepare_account(own);
}

// Paused until its password is there too.
MaybeError Creation::store() {
  constexpr std::uint16_t kDuplicate = 1062;
  auto stored = asking_.service.run(state::insert_subscription(s_));
  if (stored.error && stored.error->code == kDuplicate)
    return internal_error("subscription " + s_.name + " already exists");
  if (stored.error) return stored.error;
  auto id = asking_.service.run(state::id_of(s_));
  if (id.error) return id.error;
  s_.id = static_cast<std::uint32_t>(std::stoul("0" + first_cell(id)));
  for (const auto& sql :
       {state::put_secret(s_.id, asking_.secrets.seal(login_.password, secret_subject(s_.id))),
        state::set_state(s_.id, rewrite::SubscriptionState::normal)}) {
    auto done = asking_.service.run(sql);
    if (!done.error) continue;
    asking_.service.run(state::remove_subscription(s_.id));
    return done.error;
  }
  return std::nullopt;
}

void Creation::look_at_views() {
  if (!s_.table.empty()) return;
  std::string names;
  for (const auto& row : up_.run(rewrite::upstream_sql::views(s_)).rows.rows)
    names += (names.empty() ? "" : ", ") + row[0].value_or("");
  if (!names.empty()) info_ = "not copied, because they are no tables: " + names;
}

rewrite::Result Creation::wait() {
  std::optional<Subscription> last;
  bool done = asking_.wait_for(s_.id, std::chrono::seconds(*statement_.wait_s), [&](const auto& found) {
    last = found;
    return !found || !found->synced_at.empty();
  });
  if (done) return ok_result(info_);
  std::string why = last && !last->error.empty() ? ": " + last->error : "";
  auto held = asking_.service.run(state::lease_is_held());
  if (!held.error && held.rows.rows.empty()) why += "; no gateway runs subscriptions now";
  return failed_result(internal_error("subscription " + s_.name +
                                      " was created, but the first copy is not done" + why +
                                      "; it goes on, SHOW SUBSCRIPTION TASKS tells how far it is"));
}

}  // namespace

rewrite::Result create_subscription(Asking& asking, const rewrite::CreateSubscription& statement) {
  return Creation(asking, statement).run();
}

}  // namespace mogate::proxy
