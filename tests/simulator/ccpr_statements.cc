// CREATE DATABASE|TABLE|ACCOUNT … FROM 'uri' acc PUBLICATION p, and what is said to such a subscription
// later; and that nothing else changes its tables.
#include "tests/simulator/catalog.h"
#include "tests/simulator/ccpr.h"
#include "tests/simulator/copies.h"
#include "tests/simulator/publications.h"
#include "tests/simulator/statements.h"
#include "tests/simulator/times.h"

#include <algorithm>
#include <array>

namespace mogate::simulator {
namespace {

constexpr std::size_t kUuidLength = 36;

struct Request {
  std::string level;
  std::string database, table;
  std::string uri;
  std::string publisher, publication;
  std::optional<long> interval;
};

Failure invalid_uri(const std::string& what) { return internal_error("invalid URI format, " + what); }

// mysql://[account#]user:password@host:port
Endpoint parse_uri(const std::string& uri) {
  constexpr std::string_view scheme = "mysql://";
  if (!uri.starts_with(scheme)) throw invalid_uri("must start with mysql://");
  auto rest = uri.substr(scheme.size());
  auto at = rest.find('@');
  if (at == std::string::npos || rest.find('@', at + 1) != std::string::npos)
    throw invalid_uri("missing @ separator");
  auto user = rest.substr(0, at), address = rest.substr(at + 1);
  auto colon = user.find(':');
  if (colon == std::string::npos) throw invalid_uri("missing password");
  auto port = address.rfind(':');
  if (port == std::string::npos) throw invalid_uri("missing port");
  auto digits = address.substr(port + 1);
  if (digits.empty() || digits.size() > 5 || digits.find_first_not_of("0123456789") != std::string::npos)
    throw internal_error("invalid port: " + digits);
  return {address.substr(0, port), std::stoi(digits), user.substr(0, colon), user.substr(colon + 1)};
}

// The real one's is encrypted; here only the length tells something.
std::string shown_uri(const Endpoint& e) {
  return "mysql://" + e.user + ":" + std::string(2 * (16 + e.password.size()), 'f') + "@" + e.host + ":" +
         std::to_string(e.port);
}

Request parse(const Session& session, Parser& p, const std::string& level) {
  Request r;
  r.level = level;
  if (level == "database") r.database = p.expect_name();
  if (level == "table") {
    r.table = p.expect_name();
    r.database = session.database;
    if (p.accept(".")) r.database = std::exchange(r.table, p.expect_name());
  }
  p.expect("from");
  r.uri = p.expect_string();
  r.publisher = p.expect_name();
  p.expect("publication");
  r.publication = p.expect_name();
  if (p.accept({"sync", "interval"})) {
    if (p.peek().kind != TokenKind::number) p.fail();
    r.interval = std::stol(std::string(p.take().text));
  }
  p.expect_end();
  return r;
}

template <class F>
auto asked(const std::string& what, F&& ask) {
  try {
    return ask();
  } catch (const Failure& failed) {
    throw internal_error(what + driver_text(failed));
  }
}

void check_coverage(Backend& upstream, const Request& r) {
  auto rows = asked("failed to check publication coverage on upstream: ",
                    [&] { return upstream.query("SHOW PUBLICATION COVERAGE " + quote_name(r.publication)); });
  auto has = [&](const std::string& database, const std::string& table) {
    return std::any_of(rows.rows.begin(), rows.rows.end(),
                       [&](const Row& row) { return *row[0] == database && *row[1] == table; });
  };
  bool all = has("*", "*");
  auto where = "' is not covered by publication '" + r.publication + "' in upstream cluster";
  if (r.level == "account" && !all)
    throw internal_error("publication '" + r.publication + "' is not account level in upstream cluster");
  if (r.level == "database" && !all && !has(r.database, "*"))
    throw internal_error("database '" + r.database + where);
  if (r.level == "table" && !all && !has(r.database, r.table))
    throw internal_error("table '" + r.database + "." + r.table + where);
}

void check_local(Session& session, const Request& r) {
  auto known = [&](const std::string& what) {
    return !session.query("SELECT 1 FROM information_schema." + what).rows.empty();
  };
  if (r.level == "database" && known("schemata WHERE schema_name=" + quote_string(r.database)))
    throw internal_error("db '" + r.database + "' already exists locally");
  bool there = r.level == "table" && known("tables WHERE table_schema=" + quote_string(r.database) +
                                           " AND table_name=" + quote_string(r.table));
  if (there) throw internal_error("table '" + r.database + "." + r.table + "' already exists locally");
}

CcprDefinition definition_of(const Session& session, const Request& r) {
  auto upstream = parse_uri(r.uri);
  return {new_uuid(), session.account,     r.publication, r.publisher, r.level,          r.database,
          r.table,    shown_uri(upstream), r.interval,    upstream,    World::now_text()};
}

void create(Session& session, const Request& r) {
  if (session.in_transaction()) throw in_transaction();
  if (!session.is_admin()) throw internal_error("only admin can create subscription");
  auto d = definition_of(session, r);
  auto upstream =
      asked("failed to connect to upstream cluster: ", [&] { return std::make_unique<Backend>(d.upstream); });
  check_coverage(*upstream, r);
  auto databases = asked("failed to get databases from upstream: ", [&] {
    return upstream->query("__++__internal_get_databases - " + r.publisher + " " + r.publication + " " +
                           r.level + " " + (r.database.empty() ? "-" : r.database) + " " +
                           (r.table.empty() ? "-" : r.table));
  });
  check_local(session, r);
  auto tables =
      asked("failed to get ddl from upstream: ", [&] { return upstream_tables(*upstream, d, "-"); });
  for (const auto& row : databases.rows)
    session.query("CREATE DATABASE IF NOT EXISTS " + quote_name(*row[0]));
  for (const auto& table : tables) make_shared(session.world, session.account, table);
  if (r.level == "database") {
    std::lock_guard lock(session.world.mutex);
    session.world.shared.insert({session.account->id, r.database, ""});
  }
  session.world.ccpr().create(d, std::move(tables));
}

std::string uuid_of(Parser& p) {
  auto id = p.expect_string();
  p.expect_end();
  return id;
}

void check_uuid(const std::string& id) {
  if (id.size() != kUuidLength)
    throw failure(protocol::errc::unknown_error, "invalid UUID length: " + std::to_string(id.size()));
}

// Its database may then be dropped, and its tables; they stay read-only (FINDINGS, trap 13).
bool drop(Session& session, const std::string& id) {
  if (!session.world.ccpr().drop(*session.account, id)) return false;
  for (const auto& view : session.world.ccpr().views()) {
    if (view.definition.id != id) continue;
    std::lock_guard lock(session.world.mutex);
    session.world.shared.erase({view.definition.account->id, view.definition.database, ""});
  }
  return true;
}

Action control(Session& session, const std::string& verb, const std::string& id, bool if_exists) {
  return [&session, verb, id, if_exists](bool more) {
    if (session.in_transaction()) throw in_transaction();
    if (!session.is_admin()) throw no_privilege();
    check_uuid(id);
    auto& ccpr = session.world.ccpr();
    bool found = verb == "drop"    ? drop(session, id)
                 : verb == "pause" ? ccpr.pause(*session.account, id)
                                   : ccpr.resume(*session.account, id);
    if (!found && !if_exists) throw internal_error("subscription with task_id '" + id + "' does not exist");
    send_ok(session, more);
  };
}

bool is_dropped(Session& session, const SharedTable& table) {
  for (const auto& view : session.world.ccpr().views()) {
    const auto& d = view.definition;
    bool here = d.account->id == table.account_id &&
                (d.level == "account" ||
                 (d.database == table.database && (d.table.empty() || d.table == table.table)));
    if (here && view.state != CcprState::dropped) return false;
  }
  return true;
}

struct Target {
  std::string database, table;
  bool drops = false;
};

// What a statement changes, by its first words. A drop may name several.
std::vector<Target> targets_of(const Session& session, const Statement& statement) {
  static constexpr std::array<std::string_view, 16> kVerbs = {
      "insert", "replace", "update", "delete", "truncate", "alter", "drop",   "rename",
      "load",   "into",    "from",   "table",  "ignore",   "if",    "exists", "database"};
  const auto& tokens = statement.tokens;
  bool changes =
      std::any_of(kVerbs.begin(), kVerbs.begin() + 9, [&](auto verb) { return tokens[0].is(verb); });
  if (!changes) return {};
  std::size_t at = 0;
  if (tokens[0].is("load")) {
    while (at < tokens.size() && !tokens[at].is("into")) ++at;
  }
  bool database = tokens[0].is("drop") && (tokens[1].is("database") || tokens[1].is("schema"));
  bool other = tokens[0].is("drop") && !database && !tokens[1].is("table");
  if (other) return {};
  while (at < tokens.size() &&
         std::any_of(kVerbs.begin(), kVerbs.end(), [&](auto word) { return tokens[at].is(word); }))
    ++at;
  std::vector<Target> out;
  for (; at + 1 < tokens.size() && tokens[at].is_name(); ++at) {
    Target target{session.database, tokens[at].name(), tokens[0].is("drop")};
    if (tokens[at + 1].is(".")) {
      target = {tokens[at].name(), tokens[at + 2].name(), target.drops};
      at += 2;
    }
    if (database) target = {target.table, "", true};
    out.push_back(target);
    if (!tokens[0].is("drop") || !tokens[at + 1].is(",")) break;
    ++at;
  }
  return out;
}

}  // namespace

void check_shared(Session& session, const Statement& statement) {
  {
    std::lock_guard lock(session.world.mutex);
    if (session.world.shared.empty()) return;
  }
  for (const auto& target : targets_of(session, statement)) {
    SharedTable name{session.account->id, target.database, target.table};
    bool shared = false;
    {
      std::lock_guard lock(session.world.mutex);
      shared = session.world.shared.contains(name);
    }
    bool allowed = target.drops && is_dropped(session, name);
    if (shared && !allowed) throw failure(22401, "ccpr shared object is read-only");
    if (shared && target.drops) {
      std::lock_guard lock(session.world.mutex);
      session.world.shared.erase(name);
    }
  }
}

std::optional<Query> show_ccpr(Session& session, const Statement& statement) {
  Parser p(statement);
  p.take();
  if (!session.v4() || !p.accept("ccpr")) return std::nullopt;
  std::string id;
  if (p.accept("subscription")) {
    id = uuid_of(p);
    check_uuid(id);
  } else {
    p.expect("subscriptions");
    p.expect_end();
  }
  Query query;
  query.handmade = true;
  query.catalog = {"mo_ccpr_log"};
  query.sql =
      "SELECT task_id, IF(db_name='',NULL,db_name) AS database_name, IF(table_name='',NULL,table_name) AS "
      "table_name, "
      "sync_level, ELT(state+1,'running','error','pause','dropped') AS state, IFNULL(error_message,'') AS "
      "error_message, shown_watermark AS watermark FROM mo_catalog.sim_ccpr_log WHERE TRUE" +
      (id.empty() ? "" : " AND task_id=" + quote_string(id)) +
      (session.is_sys() ? "" : " AND account_id=" + std::to_string(session.account->id)) +
      " ORDER BY shown_order";
  return query;
}

std::optional<Action> plan_ccpr(Session& session, const Statement& statement) {
  Parser p(statement);
  if (!session.v4()) return std::nullopt;
  for (auto verb : {"pause", "resume", "drop"}) {
    if (!statement.begins({verb, "ccpr"})) continue;
    p.take();
    p.take();
    p.expect("subscription");
    bool if_exists = std::string(verb) == "drop" && p.accept({"if", "exists"});
    return control(session, verb, uuid_of(p), if_exists);
  }
  if (!p.accept("create")) return std::nullopt;
  for (auto level : {"database", "table", "account"}) {
    if (!p.accept(level)) continue;
    p.accept({"if", "not", "exists"});
    std::size_t name = std::string(level) == "account" ? 0 : p.peek(1).is(".") ? 3 : 1;
    if (!p.peek(name).is("from") || p.peek(name + 1).kind != TokenKind::string) return std::nullopt;
    auto r = parse(session, p, level);
    return [&session, r](bool more) {
      create(session, r);
      send_ok(session, more);
    };
  }
  return std::nullopt;
}

}  // namespace mogate::simulator
