#include "tests/simulator/publications.h"

#include "tests/simulator/catalog.h"
#include "tests/simulator/copies.h"
#include "tests/simulator/snapshot_copies.h"
#include "tests/simulator/snapshots.h"
#include "tests/simulator/table_text.h"

#include <algorithm>
#include <sstream>

namespace mogate::simulator {
namespace {

constexpr std::string_view kPrefix = "__++__internal_";

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ",") + name;
  return out;
}

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream in{std::string(text.substr(kPrefix.size()))};
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

struct TableText {
  std::string database, name, ddl;
  std::uint64_t id = 0;
};

bool is_published(const Publication& p, const std::string& database, const std::string& table) {
  bool here = p.database == "*" || p.database == database;
  return here && (p.tables.empty() || std::find(p.tables.begin(), p.tables.end(), table) != p.tables.end());
}

// As the downstream makes it.
std::string published_ddl(const std::string& ddl, const std::string& database, const std::string& table) {
  auto text = matrixone_ddl(ddl);
  auto head = "CREATE TABLE " + quote_name(table);
  if (text.starts_with(head))
    text = "CREATE TABLE " + quote_name(database) + "." + quote_name(table) + text.substr(head.size());
  return text + " COLLATE=utf8mb4_general_ci PROPERTIES('from_publication' = 'true')";
}

std::vector<TableText> tables_now(Session& session, const Publication& p) {
  auto& server = *session.world.find_account(p.account)->server;
  auto backend = server.connect();
  std::vector<TableText> out;
  for (const auto& database : user_databases(*backend)) {
    if (p.database != "*" && p.database != database) continue;
    auto tables =
        backend->query("SHOW FULL TABLES FROM " + quote_name(database) + " WHERE Table_type='BASE TABLE'");
    for (const auto& row : tables.rows) {
      auto table = describe_table(session.world, server, *backend, database, row);
      out.push_back({database, table.name, table.ddl, table.ids.rel_id});
    }
  }
  return out;
}

std::vector<TableText> tables_at(Session& session, const std::string& name) {
  auto snapshot = find_snapshot(session, name);
  const auto& copy = copy_for(session, *snapshot);
  std::vector<TableText> out;
  for (const auto& database : copy.databases) {
    if (is_system_database(database.name)) continue;
    for (const auto& table : database.tables) {
      if (!table.view)
        out.push_back({database.name, table.name, text_of(copy, database, table), table.ids.rel_id});
    }
  }
  return out;
}

// get_ddl <snapshot|-> <account> <publication> <level> <database> <table>
std::string ddl_rows(Session& session, const std::vector<std::string>& words, const Publication& p) {
  std::string sql =
      "SELECT * FROM (SELECT '' AS dbname, '' AS tablename, CAST(0 AS SIGNED) AS tableid, '' AS tablesql "
      "FROM "
      "DUAL WHERE FALSE";
  auto tables = words.at(1) == "-" ? tables_now(session, p) : tables_at(session, words.at(1));
  for (const auto& t : tables) {
    bool wanted = is_published(p, t.database, t.name) &&
                  (words.at(5) == "-" || words.at(5).empty() || words.at(5) == t.database) &&
                  (words.at(4) != "table" || words.at(6) == t.name);
    if (wanted)
      sql += " UNION ALL SELECT " + quote_string(t.database) + ", " + quote_string(t.name) + ", " +
             std::to_string(t.id) + ", " + quote_string(published_ddl(t.ddl, t.database, t.name));
  }
  return sql + ") x";
}

std::string databases(Session& session, const Publication& p) {
  if (p.database != "*") return "SELECT " + quote_string(p.database) + " AS datname";
  std::string sql = "SELECT * FROM (SELECT '' AS datname FROM DUAL WHERE FALSE";
  auto backend = session.world.find_account(p.account)->server->connect();
  for (const auto& name : user_databases(*backend)) sql += " UNION ALL SELECT " + quote_string(name);
  return sql + ") x";
}

// Whether everything that the snapshot has is in files: after a checkpoint, or if nothing changed since one.
std::string flushed(Session& session, const std::string& name) {
  auto ts = find_snapshot(session, name)->ts;
  auto checkpoint = session.world.last_checkpoint.load(), change = session.world.last_change.load();
  bool yes = checkpoint > ts || change <= checkpoint;
  return yes ? "1" : "0";
}

std::string answer(Session& session, const std::vector<std::string>& words) {
  const auto& verb = words.at(0);
  if (verb == "get_databases") {
    auto p = publication_of(session, words.at(2), words.at(3));
    return databases(session, p);
  }
  if (verb == "get_ddl") return ddl_rows(session, words, publication_of(session, words.at(2), words.at(3)));
  publication_of(session, words.at(2), words.at(3));
  if (verb == "get_snapshot_ts")
    return "SELECT CAST(" + std::to_string(find_snapshot(session, words.at(1))->ts) +
           " AS SIGNED) AS snapshotts";
  if (verb == "check_snapshot_flushed") return "SELECT " + flushed(session, words.at(1)) + " AS result";
  throw failure(20105, "not supported: internal command " + verb + " in the simulator");
}

}  // namespace

bool Publication::is_for(const std::string& other) const {
  return everyone || std::find(accounts.begin(), accounts.end(), other) != accounts.end();
}

std::string Publication::table_list() const { return tables.empty() ? "*" : joined(tables); }
std::string Publication::account_list() const { return everyone ? "all" : joined(accounts); }

Publication visible_publication(Session& session, const std::string& name) {
  std::lock_guard lock(session.world.mutex);
  const auto& all = session.world.publications;
  auto found = std::find_if(all.begin(), all.end(), [&](const auto& p) { return p.name == name; });
  if (found == all.end()) throw internal_error("publication '" + name + "' does not exist");
  if (!found->is_for(session.account->name))
    throw internal_error("account '" + session.account->name + "' is not allowed to access publication '" +
                         name + "'");
  return *found;
}

Publication publication_of(Session& session, const std::string& account, const std::string& name) {
  std::lock_guard lock(session.world.mutex);
  for (const auto& p : session.world.publications) {
    if (p.account == account && p.name == name) return p;
  }
  throw internal_error("publication " + account + "." + name + " does not exist");
}

bool is_internal_command(std::string_view text) { return text.starts_with(kPrefix); }

void run_internal_command(Session& session, std::string_view text) {
  auto words = words_of(text);
  if (words.size() < 4) throw internal_error("invalid internal command");
  if (!session.is_sys())
    throw internal_error("tenant " + session.account->name + " user " + session.user +
                         " is not allowed to execute publication internal command " + words[0]);
  words.resize(std::max<std::size_t>(words.size(), 7));
  Query query;
  query.handmade = true;
  query.sql = answer(session, words);
  relay(session, query, false);
}

}  // namespace mogate::simulator
