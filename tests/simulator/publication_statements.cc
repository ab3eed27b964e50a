// CREATE, ALTER, DROP and SHOW PUBLICATION. Subscriptions within a cluster are not simulated.
#include "tests/simulator/catalog.h"
#include "tests/simulator/publications.h"
#include "tests/simulator/statements.h"

#include <algorithm>

namespace mogate::simulator {
namespace {

struct Request {
  bool if_exists = false;  // or IF NOT EXISTS
  std::string name;
  std::optional<std::string> database;
  std::vector<std::string> tables;
  bool has_accounts = false;
  bool everyone = false;
  bool add = false, remove = false;  // ALTER … ACCOUNT ADD, DROP
  std::vector<std::string> accounts;
  std::optional<std::string> comment;
};

std::vector<std::string> names(Parser& p) {
  std::vector<std::string> out;
  do out.push_back(p.expect_name());
  while (p.accept(","));
  return out;
}

void parse_object(const Session& session, Parser& p, Request& out) {
  bool all = session.v4() && p.accept("*");
  out.database = all ? "*" : p.expect_name();
  if (!all && p.accept("table")) out.tables = names(p);
}

void parse_rest(Parser& p, Request& out) {
  if (p.accept("account")) {
    out.has_accounts = true;
    out.everyone = p.accept("all");
    out.add = p.accept("add");
    out.remove = p.accept("drop");
    if (!out.everyone) out.accounts = names(p);
  }
  if (p.accept("comment")) {
    p.accept("=");
    out.comment = p.expect_string();
  }
  p.expect_end();
}

void check(const Session& session) {
  if (session.in_transaction()) throw in_transaction();
  if (!session.is_admin()) throw internal_error("only admin can create publication");
}

void check_accounts(Session& session, const Request& r) {
  if (r.everyone && !session.is_sys())
    throw internal_error("only sys account and authorized normal accounts can publish to all accounts");
  for (const auto& name : r.accounts) {
    if (name == session.account->name) throw internal_error("can't publish to self");
  }
}

void check_object(Session& session, const std::string& database, const std::vector<std::string>& tables) {
  if (database == "*") return;
  if (is_system_database(database))
    throw internal_error("Unknown database name '" + database + "', not support publishing system database");
  auto known = [&](const std::string& what) {
    return !session.query("SELECT 1 FROM information_schema." + what).rows.empty();
  };
  if (!known("schemata WHERE schema_name=" + quote_string(database)))
    throw internal_error("database '" + database + "' does not exist");
  for (const auto& table : tables) {
    if (!known("tables WHERE table_schema=" + quote_string(database) +
               " AND table_name=" + quote_string(table)))
      throw internal_error("table '" + table + "' not exists");
  }
}

// Of the session's account; under the world's mutex. Null if there is none.
Publication* find(Session& session, const std::string& name) {
  for (auto& p : session.world.publications) {
    if (p.account_id == session.account->id && p.name == name) return &p;
  }
  return nullptr;
}

void create(Session& session, const Request& r) {
  check_accounts(session, r);
  check_object(session, *r.database, r.tables);
  std::lock_guard lock(session.world.mutex);
  if (find(session, r.name))  // also with IF NOT EXISTS
    throw failure(1062, "Duplicate entry '(" + std::to_string(session.account->id) + "," + r.name +
                            ")' for key '(account_id,pub_name)'");
  session.world.publications.push_back({session.account->id, session.account->name, r.name, *r.database,
                                        r.tables, r.everyone, r.accounts, r.comment.value_or(""),
                                        World::now_text()});
}

void change_accounts(Publication& p, const Request& r) {
  p.everyone = r.everyone;
  if (!r.add && !r.remove) p.accounts.clear();
  for (const auto& name : r.accounts) {
    std::erase(p.accounts, name);
    if (!r.remove) p.accounts.push_back(name);
  }
}

void alter(Session& session, const Request& r) {
  check_accounts(session, r);
  if (r.database) check_object(session, *r.database, r.tables);
  std::lock_guard lock(session.world.mutex);
  auto* found = find(session, r.name);
  if (!found && r.if_exists) return;
  if (!found) throw internal_error("publication '" + r.name + "' does not exist");
  if (r.database) found->database = *r.database, found->tables = r.tables;
  if (r.has_accounts) change_accounts(*found, r);
  if (r.comment) found->comment = *r.comment;
  found->updated = World::now_text();
}

void drop(Session& session, const Request& r) {
  std::lock_guard lock(session.world.mutex);
  auto gone = std::erase_if(session.world.publications, [&](const Publication& p) {
    return p.account_id == session.account->id && p.name == r.name;
  });
  if (gone == 0 && !r.if_exists) throw internal_error("publication '" + r.name + "' does not exist");
}

using Run = void (*)(Session&, const Request&);

Action action(Session& session, Run run, const Request& r) {
  return [&session, run, r](bool more) {
    check(session);
    run(session, r);
    send_ok(session, more);
  };
}

Query handmade(std::string sql, std::set<std::string> texts = {}) {
  Query query;
  query.handmade = true;
  query.texts = std::move(texts);
  query.sql = std::move(sql);
  return query;
}

Query show_all(Session& session, Parser& p) {
  std::string like = p.accept("like") ? " AND pub_name LIKE " + quote_string(p.expect_string()) : "";
  p.expect_end();
  auto query = handmade(
      "SELECT pub_name AS publication, database_name AS `database`, table_list AS `tables`, "
      "IF(account_list='all','*',account_list) AS sub_account, '' AS subscribed_accounts, created_time AS "
      "create_time, update_time, comment AS comments FROM mo_catalog.sim_pubs WHERE account_id=" +
          std::to_string(session.account->id) + like + " ORDER BY created_time DESC, pub_name",
      {"tables", "sub_account", "subscribed_accounts", "comments"});
  query.catalog = {"mo_pubs"};
  return query;
}

Query show_create(Session& session, Parser& p) {
  auto name = p.expect_name();
  p.expect_end();
  std::lock_guard lock(session.world.mutex);
  const auto* found = find(session, name);
  if (!found) throw internal_error("publication '" + name + "' does not exist");
  auto text = "CREATE PUBLICATION " + name + " DATABASE " + found->database +
              (found->tables.empty() ? "" : " TABLE " + found->table_list()) + " ACCOUNT " +
              found->account_list() +
              (found->comment.empty() ? "" : " COMMENT " + quote_string(found->comment));
  Query query;
  query.sql =
      "SELECT " + quote_string(name) + " AS Publication, " + quote_string(text) + " AS `Create Publication`";
  return query;
}

// Hidden tables of indexes are not listed.
std::string covered(Session& session, const Publication& p) {
  std::string sql = "SELECT '*' AS `Database`, '*' AS `Table`";
  if (p.database == "*") return sql;
  auto row = [&](const std::string& table) {
    return " UNION ALL SELECT " + quote_string(p.database) + ", " + quote_string(table);
  };
  sql = "SELECT * FROM (" + sql + " FROM DUAL WHERE FALSE";
  for (const auto& table : p.tables) sql += row(table);
  if (p.tables.empty()) {
    sql += row("*");
    auto backend = session.world.find_account(p.account)->server->connect();
    auto tables =
        backend->query("SHOW FULL TABLES FROM " + quote_name(p.database) + " WHERE Table_type='BASE TABLE'");
    for (const auto& table : tables.rows) sql += row(*table[0]);
  }
  return sql + ") x";
}

Query show_coverage(Session& session, Parser& p) {
  auto name = p.expect_name();
  p.expect_end();
  return handmade(covered(session, visible_publication(session, name)));
}

// None: there are no subscriptions within the simulated cluster.
Query show_subscriptions(Parser& p) {
  p.accept("all");
  if (p.accept("like")) p.expect_string();
  p.expect_end();
  return handmade(
      "SELECT pub_name, account_name AS pub_account, database_name AS pub_database, table_list AS "
      "pub_tables, "
      "comment AS pub_comment, created_time AS pub_time, '' AS sub_name, update_time AS sub_time, all_table "
      "AS "
      "status FROM mo_catalog.sim_pubs WHERE FALSE",
      {"pub_tables", "pub_comment"});
}

}  // namespace

std::optional<Query> show_publication(Session& session, const Statement& statement) {
  Parser p(statement);
  p.take();
  if (p.accept("publications")) return show_all(session, p);
  if (p.accept({"create", "publication"})) return show_create(session, p);
  if (session.v4() && p.accept({"publication", "coverage"})) return show_coverage(session, p);
  if (p.accept("subscriptions")) return show_subscriptions(p);
  return std::nullopt;
}

std::optional<Action> plan_publication(Session& session, const Statement& statement) {
  Parser p(statement);
  Request r;
  if (p.accept({"create", "publication"})) {
    r.if_exists = p.accept({"if", "not", "exists"});
    r.name = p.expect_name();
    p.expect("database");
    parse_object(session, p, r);
    parse_rest(p, r);
    return action(session, create, r);
  }
  bool altered = p.accept({"alter", "publication"});
  if (!altered && !p.accept({"drop", "publication"})) return std::nullopt;
  r.if_exists = p.accept({"if", "exists"});
  r.name = p.expect_name();
  if (!altered) p.expect_end();
  if (!altered) return action(session, drop, r);
  if (p.accept("database")) parse_object(session, p, r);
  parse_rest(p, r);
  return action(session, alter, r);
}

}  // namespace mogate::simulator
