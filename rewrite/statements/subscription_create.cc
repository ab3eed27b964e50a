#include "rewrite/sql/quoting.h"
#include "rewrite/statements/cdc_uri.h"
#include "rewrite/statements/subscription.h"
#include "rewrite/statements/subscription_parts.h"

#include <array>
#include <utility>

namespace mogate::rewrite {
namespace {

constexpr std::array<std::pair<std::string_view, SyncEngine>, 3> kEngines{
    {{"AUTO", SyncEngine::automatic}, {"PHYSICAL", SyncEngine::physical}, {"LOGICAL", SyncEngine::logical}}};

SyncEngine parse_engine(sql::Cursor& in) {
  in.accept('=');
  for (auto [word, engine] : kEngines)
    if (in.accept(word)) return engine;
  in.fail("AUTO, PHYSICAL or LOGICAL");
  return {};
}

class Options {
 public:
  explicit Options(CreateSubscription& out) : out_(out) {}

  // True if one was read; each may stand once.
  bool parse_one(sql::Cursor& in) {
    if (!interval_ && in.accept("SYNC_INTERVAL"))
      return out_.interval_s = parse_sync_interval(in), interval_ = true;
    if (!engine_ && in.accept("ENGINE")) return out_.engine = parse_engine(in), engine_ = true;
    if (!out_.wait_s) return (out_.wait_s = parse_wait(in)).has_value();
    return false;
  }

 private:
  CreateSubscription& out_;
  bool interval_ = false, engine_ = false;
};

// Its user's account is sys, as far as the uri tells; the login tells for sure.
bool is_sys_uri(std::string_view uri) {
  auto parsed = parse_cdc_uri(uri);
  auto end = parsed ? parsed->user.find_first_of("#:") : std::string::npos;
  return end == std::string::npos || sql::fold(parsed->user.substr(0, end)) == "sys";
}

std::optional<protocol::SqlError> refusal(const CreateSubscription& s) {
  if (!parse_cdc_uri(s.uri))
    // What was written is left out: it may hold a password.
    return internal_error("invalid upstream uri: expected mysql://account#user:password@host:port");
  if (is_system_database(s.database) || s.database == kStateDatabase)
    return internal_error("database " + s.database + " cannot be the target of a subscription");
  if (s.engine == SyncEngine::physical && s.interval_s < kShortestPhysicalInterval)
    return short_physical_interval();
  if (s.engine == SyncEngine::physical && !is_sys_uri(s.uri))
    return internal_error(
        "ENGINE = PHYSICAL needs a uri of account sys, mysql://sys#user:password@host:port");
  return std::nullopt;
}

std::string source(const CreateSubscription& s) {
  std::string database = "DATABASE " + sql::quote_name(s.database);
  return s.table.empty() ? database : "TABLE " + sql::quote_name(s.database) + " " + sql::quote_name(s.table);
}

std::vector<Answer::Act> logical_cycle(const CreateSubscription& s) {
  std::string every = "every " + std::to_string(s.interval_s) + " s: ";
  return {
      {"upstream", every + "CREATE SNAPSHOT `mogate_<uid>_<cycle>` FOR " + source(s), kAgain},
      {"upstream",
       every + "read at it what changed in each table since the cycle's before, or the whole table", kAgain},
      {"service",
       every + "in one transaction a table: the changes, and UPDATE `mogate`.`mo_sync_tasks` SET "
               "watermark = <snapshot>",
       "ROLLBACK, again after a pause that grows"},
      {"upstream", every + "DROP SNAPSHOT of the cycle before", kAgain}};
}

std::vector<Answer::Act> physical_cycle(const CreateSubscription& s) {
  std::string every = "every " + std::to_string(s.interval_s) + " s: ";
  std::string table = s.table.empty() ? "" : sql::quote_name(s.table);
  std::string published =
      "DATABASE " + sql::quote_name(s.database) + (s.table.empty() ? "" : " TABLE " + table);
  std::string made = (s.table.empty() ? "DATABASE " : "TABLE ") + sql::quote_name(s.database) +
                     (s.table.empty() ? "" : "." + table);
  return {
      {"upstream", "CREATE PUBLICATION `mogate_<uid>` " + published + " ACCOUNT ALL", kAgain},
      {"service",
       "CREATE " + made + " FROM '" + shown_cdc_uri(s.uri) +
           "' sys PUBLICATION `mogate_<uid>` SYNC INTERVAL " + std::to_string(s.interval_s),
       kAgain},
      {"upstream",
       every + "CREATE SNAPSHOT `ccpr_<task>_<number>` FOR " + source(s) +
           " FROM sys PUBLICATION `mogate_<uid>`; SELECT mo_ctl('dn', 'checkpoint', '')",
       kAgain},
      {"service",
       every + "look at MatrixOne's task until it is there, RESUME CCPR SUBSCRIPTION '<task>' if it stands "
               "still; UPDATE `mogate`.`mo_sync_tasks`",
       kAgain},
      {"upstream", every + "DROP SNAPSHOT of what MatrixOne left over", kAgain}};
}

}  // namespace

CreateSubscription parse_create_subscription(sql::Cursor& in) {
  CreateSubscription out;
  if (in.accept("IF", "NOT")) {
    in.expect("EXISTS");
    out.if_not_exists = true;
  }
  out.name = parse_subscription_name(in);
  in.expect("DATABASE");
  out.database = in.name("a database name");
  if (in.accept("TABLE")) out.table = in.name("a table name");
  in.expect("FROM");
  out.uri = in.string("the upstream's uri in quotes");
  Options options(out);
  while (options.parse_one(in)) continue;
  return out;
}

Planned plan_create_subscription(const CreateSubscription& s) {
  if (auto error = refusal(s)) return *error;
  Plan plan = subscription_plan(
      {{"upstream",
        "log in by " + shown_cdc_uri(s.uri) + "; check version, rights, snapshot quota and that " +
            source(s) + " is there",
        kNothingStored},
       {"service", "INSERT INTO `mogate`.`mo_sync_configs` … " + sql::quote_string(s.name), kNothingStored}});
  auto cycle = s.engine == SyncEngine::physical ? physical_cycle(s) : logical_cycle(s);
  auto& acts = plan.answer.acts;
  acts.insert(acts.end(), std::make_move_iterator(cycle.begin()), std::make_move_iterator(cycle.end()));
  return plan;
}

}  // namespace mogate::rewrite
