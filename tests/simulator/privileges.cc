// Who may run what, as far as recorded: sys' moadmin and accounts' accountadmin may nearly everything, other
// roles what they were granted or made themselves.
#include "tests/simulator/catalog.h"
#include "tests/simulator/mo_ctl.h"
#include "tests/simulator/statements.h"

#include <algorithm>
#include <array>

namespace mogate::simulator {
namespace {

struct Access {
  std::string privilege;
  std::string database;
  std::string table;
};

bool covers(const Grant& grant, const std::string& type, const Access& wanted) {
  if (grant.object_type != type) return false;
  bool privilege =
      grant.privilege == wanted.privilege || grant.privilege == "all" || grant.privilege == "ownership";
  bool object = grant.object == "*" || grant.object == "*.*" || grant.object == wanted.database ||
                grant.object == wanted.database + ".*" ||
                grant.object == wanted.database + "." + wanted.table;
  return privilege && object;
}

bool is_granted(Session& session, const std::string& type, const Access& wanted) {
  if (session.is_admin()) return true;
  std::lock_guard lock(session.world.mutex);
  auto owner = session.account->owners.find(wanted.database);
  if (owner != session.account->owners.end() && owner->second == session.role && type != "account")
    return true;
  const auto* role = session.account->users.find_role(session.role);
  return role && std::any_of(role->grants.begin(), role->grants.end(),
                             [&](const Grant& g) { return covers(g, type, wanted); });
}

// What a statement's first words need on the tables that they name.
std::string table_privilege(const Statement& statement) {
  static constexpr std::array kSame = {"insert", "update", "delete", "truncate"};
  for (std::string word : kSame) {
    if (statement.begins({word})) return word;
  }
  if (statement.begins({"replace"}) || statement.begins({"load"})) return "insert";
  return "select";
}

bool is_ddl(const Statement& statement) {
  return statement.begins({"create"}) || statement.begins({"drop"}) || statement.begins({"alter"}) ||
         statement.begins({"truncate"}) || statement.begins({"rename"});
}
bool is_write(const Statement& statement) {
  return is_ddl(statement) || table_privilege(statement) != "select";
}

bool names_table(const Token& t) {
  return t.is("from") || t.is("join") || t.is("into") || t.is("update") || t.is("table") || t.is("view") ||
         t.is("on");
}

// Tables behind FROM, JOIN, INTO and the like; the first is what a write changes.
std::vector<Access> tables_of(const Session& session, const Statement& statement) {
  std::vector<Access> out;
  const auto& tokens = statement.tokens;
  bool expecting = statement.begins({"truncate"}) && !tokens[1].is("table");
  bool in_list = false;
  for (std::size_t i = expecting ? 1 : 0; i + 1 < tokens.size(); ++i) {
    const auto& t = tokens[i];
    if (names_table(t)) {
      expecting = !t.is("on") || statement.begins({"create"});
      in_list = t.is("from");
      continue;
    }
    bool noise = t.is("if") || t.is("not") || t.is("exists") || t.is("only") || t.is("ignore");
    if (expecting && noise) continue;
    if (expecting && t.is_name()) {
      bool dotted = tokens[i + 1].is(".") && i + 2 < tokens.size();
      out.push_back(dotted ? Access{{}, t.name(), tokens[i + 2].name()}
                           : Access{{}, session.database, t.name()});
      if (dotted) i += 2;
    } else if (in_list && t.is(",")) {
      expecting = true;
      continue;
    } else if (t.is("where") || t.is("(")) {
      in_list = false;
    }
    expecting = false;
  }
  return out;
}

bool exists(Session& session, const Access& a) {
  return !session
              .query("SELECT 1 FROM information_schema.tables WHERE table_schema=" +
                     quote_string(a.database) + " AND table_name=" + quote_string(a.table))
              .rows.empty();
}

bool is_protected(const std::string& database) {
  return is_system_database(database) && database != "information_schema";
}

// Nobody may change what belongs to the system.
void check_system_tables(const Statement& statement, const std::vector<Access>& tables) {
  if (!is_write(statement) || tables.empty() || statement.begins({"create", "database"})) return;
  if (is_protected(tables[0].database)) throw no_privilege();
}

void check_tables(Session& session, const Statement& statement, const std::vector<Access>& tables) {
  auto privilege = table_privilege(statement);
  for (std::size_t i = 0; i < tables.size(); ++i) {
    auto a = tables[i];
    a.privilege = i == 0 ? privilege : "select";
    if (a.database == "information_schema" || a.database.empty()) continue;
    bool there = exists(session, a);
    if (there && is_protected(a.database)) throw no_privilege();
    if (there && !is_granted(session, "table", a)) throw no_privilege();
  }
}

// CREATE DATABASE and DDL in databases; who makes a database owns it.
void check_ddl(Session& session, const Statement& statement, const std::vector<Access>& tables) {
  if (statement.begins({"create", "database"}) || statement.begins({"drop", "database"})) {
    std::string verb = statement.begins({"create"}) ? "create database" : "drop database";
    auto name = statement.tokens[statement.tokens[2].is("if") ? (verb[0] == 'c' ? 5 : 4) : 2].name();
    bool mine = verb == "drop database" && is_granted(session, "database", {verb, name, {}});
    if (!mine && !is_granted(session, "account", {verb, "*", {}})) throw no_privilege();
    std::lock_guard lock(session.world.mutex);
    if (verb[0] == 'c') session.account->owners.emplace(name, session.role);
    return;
  }
  std::string verb = statement.begins({"create"}) ? "create table"
                     : statement.begins({"drop"}) ? "drop table"
                                                  : "alter table";
  for (const auto& t : tables) {
    if (!is_granted(session, "database", {verb, t.database, t.table})) throw no_privilege();
  }
}

void check_show(Session& session, const Statement& statement) {
  bool databases = statement.begins({"show", "databases"});
  bool tables = statement.begins({"show", "tables"}) || statement.begins({"show", "full", "tables"});
  if (databases && !is_granted(session, "account", {"show databases", "*", {}})) throw no_privilege();
  if (!tables) return;
  const auto& t = statement.tokens;
  auto from = std::find_if(t.begin(), t.end(), [](const Token& x) { return x.is("from") || x.is("in"); });
  auto database = from == t.end() ? session.database : (from + 1)->name();
  if (!is_granted(session, "database", {"show tables", database, {}})) throw no_privilege();
}

bool runs_itself(const Statement& statement) {
  static constexpr std::array kOther = {"set",        "use",   "kill",      "prepare",  "execute",
                                        "deallocate", "grant", "revoke",    "restore",  "data",
                                        "begin",      "start", "commit",    "rollback", "lock",
                                        "unlock",     "call",  "savepoint", "release"};
  bool object = is_ddl(statement) && (statement.tokens[1].is("account") || statement.tokens[1].is("user") ||
                                      statement.tokens[1].is("role") || statement.tokens[1].is("snapshot") ||
                                      statement.tokens[1].is("pitr") || statement.tokens[1].is("cdc"));
  bool clone = std::any_of(statement.tokens.begin(), statement.tokens.end(),
                           [](const Token& t) { return t.is("clone"); });
  return object || (clone && statement.begins({"create"})) ||
         std::any_of(kOther.begin(), kOther.end(), [&](auto word) { return statement.begins({word}); });
}

}  // namespace

void authorize(Session& session, const Statement& statement) {
  bool sys_admin = session.is_sys() && session.role == "moadmin";
  bool do_statement = statement.begins({"do"});
  if (do_statement) throw failure(20105, "not supported: " + std::string(statement.text));
  if (!sys_admin && has_checked_mo_ctl(statement)) throw no_privilege();
  if (session.in_transaction() && statement.mentions("mo_ctl") &&
      lower(statement.text).find("mergeobjects") != std::string::npos)
    throw internal_error("cannot execute MERGEOBJECTS within an explicit transaction");
  if (runs_itself(statement)) return;
  auto tables = tables_of(session, statement);
  check_system_tables(statement, tables);
  if (session.is_admin()) return;
  if (statement.begins({"show"})) return check_show(session, statement);
  if (is_ddl(statement) && !statement.begins({"truncate"})) return check_ddl(session, statement, tables);
  check_tables(session, statement, tables);
}

bool may_use_snapshots(Session& session) {
  return session.is_admin() || (is_granted(session, "account", {"all", "*", {}}) &&
                                is_granted(session, "table", {"all", "*", "*"}));
}

bool may_read(Session& session, const std::string& database, const std::string& table) {
  Access a{"select", database, table};
  return !exists(session, a) || is_granted(session, "table", a);
}

}  // namespace mogate::simulator
