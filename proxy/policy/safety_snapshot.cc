#include "proxy/policy/safety_snapshot.h"

#include "policies/endangered.h"
#include "protocol/auth.h"
#include "proxy/session/client_error.h"
#include "rewrite/sql/quoting.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <ctime>

namespace mogate::proxy {
namespace {

using policies::Endangered;
using protocol::SqlError;
using rewrite::sql::quote_name;

const SqlError kNoCredentials{
    protocol::errc::mo_internal,
    "mogate: no safety snapshot can be taken: there are no [service] credentials for this account",
    {}};

// A connection of the account's service user.
class ServiceLink {
 public:
  explicit ServiceLink(SessionContext& context)
      : c_(context),
        watched_(context.shard.watchdog, readiness_),
        link_(context.shard.reactor, readiness_, context.shard.buffers) {}
  ~ServiceLink() { link_.leg().close(); }

  Task<std::optional<SqlError>> open(const UserPassword& service) {
    readiness_.set_deadline_in(c_.config().timeouts.connect);
    auto io = co_await link_.connect(c_.shared.backend_endpoint, c_.shared.backend_preamble({}));
    if (io) co_return error_for_client(io, Moment::command);
    if (link_.refusal) co_return mend_native_error(*link_.refusal);
    Prover prove = [&service](std::string_view plugin, std::string_view salt) {
      return protocol::scramble_for(plugin, service.password, salt);
    };
    auto tls = c_.shared.tls.current();
    auto refused = co_await link_.login(service.user, prove, c_.config().backend_tls, tls->backend.get(), io);
    if (io) co_return error_for_client(io, Moment::command);
    if (refused) co_return mend_native_error(*refused);
    co_return std::nullopt;
  }

  Task<QueryResult> query(const std::string& sql) {
    readiness_.set_deadline_in(c_.config().timeouts.orchestration);
    co_return co_await link_.query(sql);
  }

 private:
  SessionContext& c_;
  Readiness readiness_;
  Watched watched_;
  BackendLink link_;
};

std::string hex_of(std::string_view text) {
  std::uint32_t hash = 0x811c9dc5;
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193;
  return fmt::format("{:08x}", hash);
}

// Names sort by time.
std::string prefix_of(const policies::Rule& rule, const Endangered& object) {
  return "mogate_safety_" + hex_of(rule.name) + "_" + hex_of(object.database + "\n" + object.table) + "_";
}

std::string time_stamp() {
  auto now = std::chrono::system_clock::now();
  auto seconds = std::chrono::system_clock::to_time_t(now);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count() % 1000000;
  return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}{:06}", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, micros);
}

std::string create_text(const std::string& name, const Endangered& object) {
  auto head = "CREATE SNAPSHOT " + quote_name(name) + " FOR ";
  if (object.database.empty()) return head + "ACCOUNT";
  if (object.table.empty()) return head + "DATABASE " + quote_name(object.database);
  return head + "TABLE " + quote_name(object.database) + " " + quote_name(object.table);
}

// What is not there cannot be lost: the statement itself will say so.
bool is_missing(const SqlError& error) {
  auto says = [&](std::string_view words) { return error.message.find(words) != std::string::npos; };
  return error.code == protocol::errc::no_such_table || error.code == protocol::errc::bad_db ||
         says("does not exist") || says("no such table") || says("ExpectedEOB") || says("unknown database");
}

std::optional<SqlError> error_of(const QueryResult& result) {
  if (result.io) return error_for_client(result.io, Moment::command);
  if (result.error) return mend_native_error(*result.error);
  return std::nullopt;
}

// Snapshots of the prefix but for the newest ones.
Task<std::optional<SqlError>> drop_older(ServiceLink& link, const std::string& prefix, std::size_t keep) {
  auto shown = co_await link.query("SHOW SNAPSHOTS");
  if (auto error = error_of(shown)) co_return error;
  std::vector<std::string> names;
  for (const auto& row : shown.rows.rows)
    if (!row.empty() && row[0] && row[0]->starts_with(prefix)) names.push_back(*row[0]);
  std::sort(names.begin(), names.end());
  for (std::size_t i = 0; i + keep < names.size(); ++i) {
    auto dropped = co_await link.query("DROP SNAPSHOT " + quote_name(names[i]));
    if (auto error = error_of(dropped)) co_return error;
  }
  co_return std::nullopt;
}

Task<std::optional<SqlError>> take_one(SessionContext& c, ServiceLink& link, const policies::Rule& rule,
                                       const Endangered& object) {
  auto prefix = prefix_of(rule, object);
  auto name = prefix + time_stamp();
  auto made = co_await link.query(create_text(name, object));
  if (made.error && is_missing(*made.error)) co_return std::nullopt;
  if (auto error = error_of(made)) co_return error;
  spdlog::info("policy=\"{}\" action=snapshot outcome=taken session={} snapshot={} of {}{}{}", rule.name,
               c.entry->id, name, object.database, object.table.empty() ? "" : ".", object.table);
  co_return co_await drop_older(link, prefix, rule.keep);
}

}  // namespace

Task<std::optional<SqlError>> take_safety_snapshot(SessionContext& c, const policies::Rule& rule,
                                                   const policies::Part& part,
                                                   const std::optional<std::string>& account) {
  auto objects = policies::endangered(part, c.dialect.lexer_mode(c.sql_mode));
  if (objects.empty()) co_return std::nullopt;
  auto whose = account ? *account : c.entry->user.account;
  const auto* service = c.config().service_login(whose);
  if (!service) co_return kNoCredentials;
  ServiceLink link(c);
  if (auto error = co_await link.open(*service)) co_return error;
  for (const auto& object : objects) {
    auto error = co_await take_one(c, link, rule, object);
    if (error) co_return error;
  }
  co_return std::nullopt;
}

}  // namespace mogate::proxy
