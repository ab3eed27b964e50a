// SHOW statements that MariaDB lacks or answers otherwise, as queries on the catalog.
#include "tests/simulator/catalog.h"
#include "tests/simulator/pitrs.h"
#include "tests/simulator/snapshot_copies.h"
#include "tests/simulator/snapshots.h"
#include "tests/simulator/statements.h"
#include "tests/simulator/table_text.h"

namespace mogate::simulator {
namespace {

// `tables`: of mo_catalog, that it reads.
Query catalog_query(std::set<std::string> tables, std::string sql) {
  Query query;
  query.sql = std::move(sql);
  query.catalog = std::move(tables);
  return query;
}

std::string rest_of(const Statement& statement, const Parser& p) {
  return std::string(statement.text.substr(p.peek().begin));
}

// The labels are lower case on 3.0 and before as soon as there is a WHERE.
std::string label(const Session& session, bool where, const std::string& name) {
  return quote_name(session.v4() || !where ? name : lower(name));
}

Query snapshots(Session& session, const Statement& statement, Parser& p) {
  if (session.in_transaction()) throw in_transaction();
  if (!may_use_snapshots(session)) throw no_privilege();
  bool where = p.peek().is("where");
  if (!where) p.expect_end();
  auto as = [&](const std::string& name) { return " AS " + label(session, where, name); };
  std::string hidden = session.v4() ? " WHERE kind='user' AND sname NOT LIKE 'ccpr_%'" : "";
  return catalog_query({"mo_snapshots"}, "SELECT * FROM (SELECT sname" + as("SNAPSHOT_NAME") +
                                             ", CONCAT(FROM_UNIXTIME(ts DIV 1000000000), TRIM(TRAILING '.' "
                                             "FROM TRIM(TRAILING '0' FROM CONCAT('.', "
                                             "LPAD(ts MOD 1000000000, 9, '0')))))" +
                                             as("TIMESTAMP") + ", level" + as("SNAPSHOT_LEVEL") +
                                             ", account_name" + as("ACCOUNT_NAME") + ", database_name" +
                                             as("DATABASE_NAME") + ", table_name" + as("TABLE_NAME") +
                                             " FROM mo_catalog.mo_snapshots" + hidden + ") tbl " +
                                             rest_of(statement, p) + " ORDER BY 2 DESC");
}

Query pitrs(Session& session, const Statement& statement, Parser& p) {
  if (session.in_transaction()) throw in_transaction();
  if (!session.is_admin()) throw no_privilege();
  bool where = p.peek().is("where");
  if (!where) p.expect_end();
  for (std::size_t i = p.index(); i < statement.tokens.size(); ++i) {
    if (statement.tokens[i].is("order")) throw syntax_error(statement, i);
  }
  auto as = [&](const std::string& name) { return " AS " + label(session, where, name); };
  auto time = [&](const std::string& column) {
    return "CAST(FROM_UNIXTIME(" + column + " DIV 1000000000) AS DATETIME)";
  };
  auto star = [&](const std::string& column) { return "IF(" + column + "='','*'," + column + ")"; };
  Query query = catalog_query(
      {"mo_pitr"},
      "SELECT * FROM (SELECT pitr_name" + as("PITR_NAME") + ", " + time("create_time") + as("CREATED_TIME") +
          ", " + time("modified_time") + as("MODIFIED_TIME") + ", level" + as("PITR_LEVEL") + ", " +
          star("account_name") + as("ACCOUNT_NAME") + ", " + star("database_name") + as("DATABASE_NAME") +
          ", " + star("table_name") + as("TABLE_NAME") + ", pitr_length" + as("PITR_LENGTH") + ", pitr_unit" +
          as("PITR_UNIT") +
          " FROM mo_catalog.sim_pitr WHERE create_account=" + std::to_string(session.account->id) +
          " AND pitr_name<>'sys_mo_catalog_pitr' ORDER BY create_time DESC LIMIT 1000000) tbl " +
          rest_of(statement, p));
  query.forgets_account = true;
  return query;
}

Query accounts(Session& session, Parser& p) {
  if (!session.is_admin()) throw no_privilege();
  std::string where;
  if (p.accept("like")) where = " AND account_name LIKE " + quote_string(p.expect_string());
  p.expect_end();
  if (!session.is_sys()) where += " AND account_name=" + quote_string(session.account->name);
  return catalog_query(
      {"mo_account"},
      "SELECT account_name, admin_name, created_time, status, suspended_time, 5 AS db_count, 80 AS "
      "tbl_count, 0e0 AS "
      "size, 0e0 AS snapshot_size, comments FROM mo_catalog.sim_account WHERE true" +
          where);
}

// Which databases there are, now or at a snapshot.
Query databases(Session& session, const Statement& statement, Parser& p) {
  Query query;
  if (!is_point_in_time(statement, p.index())) {
    query.sql =
        "SELECT * FROM (SELECT schema_name AS `Database` FROM information_schema.schemata WHERE schema_name "
        "NOT "
        "LIKE '\\_\\_ms\\_%' AND schema_name NOT IN ('performance_schema','sys')) schemata " +
        (p.accept("like") ? "WHERE `Database` LIKE " + quote_string(p.expect_string())
                          : rest_of(statement, p)) +
        " ORDER BY 1";
    return query;
  }
  auto snapshot = snapshot_of_braces(session, statement, p.index());
  query.sql = "SELECT * FROM (SELECT schema_name AS `Database` FROM information_schema.schemata WHERE FALSE";
  auto add = [&](const std::string& name) { query.sql += " UNION SELECT " + quote_string(name); };
  for (auto name : {"information_schema", "mysql", "system", "system_metrics"}) add(name);
  const auto& copy = copy_for(session, *snapshot);
  if (copy.account_id == 0) add("mo_debug"), add("mo_task");
  for (const auto& database : copy.databases) add(database.name);
  query.sql += ") schemata ORDER BY 1";
  return query;
}

bool database_exists(Session& session, const std::string& name) {
  return !session.query("SELECT 1 FROM information_schema.schemata WHERE schema_name=" + quote_string(name))
              .rows.empty();
}

std::string table_head(const std::string& database, const std::string& name, bool full,
                       const std::string& kind) {
  return "SELECT " + name + " AS " + quote_name("Tables_in_" + database) +
         (full ? ", " + kind + " AS Table_type" : "");
}

std::string tables_now(const std::string& database, bool full) {
  return table_head(database, "table_name", full, "IF(table_type LIKE '%VIEW', 'VIEW', 'BASE TABLE')") +
         " FROM information_schema.tables WHERE table_schema=" + quote_string(database) +
         " AND table_name NOT LIKE 'sim\\_%'";
}

// The first part gives the columns their types.
std::string tables_held(const DatabaseCopy& database, bool full) {
  auto out = tables_now(database.name, full) + " AND FALSE";
  for (const auto& t : database.tables)
    out += " UNION ALL " +
           table_head(database.name, quote_string(t.name), full, t.view ? "'VIEW'" : "'BASE TABLE'");
  return out;
}

Query tables(Session& session, const Statement& statement, Parser& p, bool full) {
  auto database = session.database;
  if (p.accept("from") || p.accept("in")) database = p.expect_name();
  if (database.empty()) throw failure(protocol::errc::no_db, "No database selected");
  SnapshotPtr snapshot;
  const DatabaseCopy* held = nullptr;
  if (is_point_in_time(statement, p.index())) {
    snapshot = snapshot_of_braces(session, statement, p.index());
    if (!snapshot) throw unknown_database(database);
    bool table_level = snapshot->level == "table";
    if (table_level && session.v4())
      throw internal_error("table-level snapshot(" + snapshot->name +
                           ") cannot read database-wide metadata for database(" + database + ")");
    if (!table_level) held = &database_in(session, *snapshot, database);
    while (!p.at_end() && !p.accept("}")) p.take();
  }
  if (!held && !database_exists(session, database)) throw unknown_database(database);
  Query query;
  auto name = quote_name("Tables_in_" + database);
  query.sql = "SELECT * FROM (" + (held ? tables_held(*held, full) : tables_now(database, full)) +
              ") tables " +
              (p.accept("like") ? "WHERE " + name + " LIKE " + quote_string(p.expect_string())
                                : rest_of(statement, p)) +
              " ORDER BY 1";
  return query;
}

Query create_table(Session& session, const Statement& statement, Parser& p) {
  auto database = session.database;
  auto table = p.expect_name();
  if (p.accept(".")) {
    database = table;
    table = p.expect_name();
  }
  if (database.empty()) throw failure(protocol::errc::no_db, "No database selected");
  std::string ddl, properties;
  Query query;
  if (is_point_in_time(statement, p.index())) {
    auto snapshot = snapshot_of_braces(session, statement, p.index());
    if (!snapshot) throw unknown_database(database);
    check_scope(session, statement, p.index(), *snapshot, database, table);
    auto held = find_held(session, *snapshot, database, table);
    if (held.table) ddl = text_of(*held.copy, *held.database, *held.table);
  }
  query.sql = "SHOW CREATE TABLE " + quote_name(database) + "." + quote_name(table);
  if (ddl.empty()) {
    try {
      auto rows = session.query(query.sql);
      if (rows.columns[0].name != "Table") return query;
      ddl = rows.rows.at(0).at(1).value_or("");
    } catch (const Failure&) {
      return query;  // its error is told when it is relayed
    }
  }
  {
    std::lock_guard lock(session.world.mutex);
    if (session.world.shared.contains({session.account->id, database, table}))
      properties = " PROPERTIES('from_publication' = 'true')";
  }
  query.sql = "SELECT " + quote_string(table) + " AS `Table`, " +
              quote_string(matrixone_ddl(ddl) + properties) + " AS `Create Table`";
  return query;
}

Query warnings(Session& session) {
  Query query;
  query.handmade = true;
  query.sql =
      "SELECT * FROM (SELECT '' AS Level, CAST(0 AS SIGNED) AS Code, '' AS Message FROM DUAL WHERE FALSE";
  for (const auto& error : session.errors)
    query.sql +=
        " UNION ALL SELECT 'Error', " + std::to_string(error.code) + ", " + quote_string(error.message);
  query.sql += ") warnings";
  return query;
}

Query roles() {
  return catalog_query(
      {"mo_role"},
      "SELECT role_name AS ROLE_NAME, creator AS CREATOR, created_time AS CREATED_TIME, comments AS COMMENTS "
      "FROM "
      "mo_catalog.mo_role");
}

// Of all roles of a user, active or not.
Query grants(Session& session, const Statement& statement, Parser& p) {
  auto user = session.user;
  if (p.accept("for")) {
    if (statement.tokens[p.index() + 1].is("(")) p.fail();
    user = p.peek().kind == TokenKind::string ? p.expect_string() : p.expect_name();
  }
  Query query;
  query.sql = "SELECT * FROM (SELECT '' AS " + quote_name("Grants for " + user + "@localhost") +
              " FROM DUAL WHERE FALSE";
  std::lock_guard lock(session.world.mutex);
  auto* found = session.account->users.find_user(user);
  if (!found) throw internal_error("there is no user " + user);
  for (const auto& name : found->roles) {
    const auto* role = session.account->users.find_role(name);
    for (const auto& g : role ? role->grants : std::vector<Grant>{})
      query.sql += " UNION ALL SELECT " +
                   quote_string("GRANT " + g.privilege + " ON " + g.object_type + " " +
                                (g.object_type == "account" ? "" : g.object) + " `" + user + "`@`localhost`");
  }
  query.sql += ") grants";
  return query;
}

Query process_list(const Parser& p) {
  if (!p.at_end()) p.fail();
  return catalog_query({"mo_process"}, "SELECT * FROM mo_catalog.sim_process AS a ORDER BY conn_id");
}

}  // namespace

std::optional<Query> show_query(Session& session, const Statement& statement) {
  Parser p(statement);
  if (!p.accept("show")) return std::nullopt;
  if (auto query = show_publication(session, statement)) return query;
  if (auto query = show_ccpr(session, statement)) return query;
  if (p.accept("snapshots")) return snapshots(session, statement, p);
  if (p.accept("pitr")) return pitrs(session, statement, p);
  if (p.accept("recovery_window")) return recovery_windows(session, p);
  if (p.accept("accounts")) return accounts(session, p);
  if (p.accept("databases") || p.accept("schemas")) return databases(session, statement, p);
  if (p.accept("tables")) return tables(session, statement, p, false);
  if (p.accept({"full", "tables"})) return tables(session, statement, p, true);
  if (p.accept({"create", "table"})) return create_table(session, statement, p);
  if (p.accept("warnings") || p.accept("errors")) return warnings(session);
  if (p.accept("roles")) return roles();
  if (p.accept("grants")) return grants(session, statement, p);
  if (p.accept("processlist") || p.accept({"full", "processlist"})) return process_list(p);
  if (p.peek().is("variables")) {
    Query query;
    query.sql = statement.text;
    query.handmade = true;
    return query;
  }
  return std::nullopt;
}

}  // namespace mogate::simulator
