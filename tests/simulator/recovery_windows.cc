// SHOW RECOVERY_WINDOW: for each table the spans that PITRs reach back, and its snapshots.
#include "tests/simulator/catalog.h"
#include "tests/simulator/copies.h"
#include "tests/simulator/pitrs.h"
#include "tests/simulator/times.h"

namespace mogate::simulator {
namespace {

struct Wanted {
  std::string level;
  std::string account;
  std::string database = {};
  std::string table = {};
};

Wanted parse(const Session& session, Parser& p) {
  p.expect("for");
  bool known = p.peek().is("account") || p.peek().is("database") || p.peek().is("table");
  if (!known) p.fail();
  Wanted out{p.expect_name(), session.account->name};
  if (out.level == "account" && !p.at_end()) out.account = p.expect_name();
  if (out.level != "account") out.database = p.expect_name();
  if (out.level == "table") out.table = p.expect_name();
  p.expect_end();
  return out;
}

template <class Covering>
bool covers(const Covering& c, const Account& account, const std::string& database,
            const std::string& table) {
  if (c.level == "cluster" || c.account != account.name) return false;
  return (c.database.empty() || c.database == database) && (c.table.empty() || c.table == table);
}

std::string windows(World& world, const Account& account, const std::string& database,
                    const std::string& table) {
  auto now = world.next_timestamp();
  std::lock_guard lock(world.mutex);
  std::string out;
  auto add = [&](const std::string& text) { out += (out.empty() ? "" : ", ") + text; };
  for (const auto& s : account.snapshots) {
    if (covers(*s, account, database, table))
      add("{'timestamp':'" + nanoseconds_text(s->ts) + " +0000 UTC', 'source':'snapshot', 'source_name':'" +
          s->name + "'}");
  }
  for (const auto& p : world.pitrs) {
    if (covers(p, account, database, table))
      add("{'start_time':'" + nanoseconds_text(p.modified) + "', 'end_time':'" +
          nanoseconds_text(p.dropped == 0 ? now : p.dropped) + "', 'source':'pitr', 'source_name':'" +
          p.name + "'}");
  }
  return out;
}

std::vector<Row> tables(Backend& backend, const Wanted& wanted) {
  std::vector<Row> out;
  for (const auto& database : user_databases(backend)) {
    if (!wanted.database.empty() && wanted.database != database) continue;
    auto where = wanted.table.empty() ? "" : " AND table_name=" + quote_string(wanted.table);
    auto rows = backend.query(
        "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type='BASE TABLE' AND "
        "table_schema=" +
        quote_string(database) + where + " ORDER BY 2");
    out.insert(out.end(), rows.rows.begin(), rows.rows.end());
  }
  return out;
}

}  // namespace

Query recovery_windows(Session& session, Parser& p) {
  auto wanted = parse(session, p);
  if (session.in_transaction()) throw in_transaction();
  if (wanted.account != session.account->name && !session.is_sys())
    throw internal_error("only sys account can show other account's recovery window");
  Query query;
  query.handmade = true;
  query.sql =
      "SELECT * FROM (SELECT '' AS RecoveryWindowLevel, '' AS AccountName, '' AS DatabaseName, '' AS "
      "TableName, "
      "'' AS RecoveryWindows FROM DUAL WHERE FALSE";
  auto account = session.world.find_account(wanted.account);
  auto rows = account ? tables(*account->server->connect(), wanted) : std::vector<Row>{};
  for (const auto& row : rows) {
    auto text = windows(session.world, *account, *row[0], *row[1]);
    if (text.empty()) continue;
    query.sql += " UNION ALL SELECT " + quote_string(wanted.level) + "," + quote_string(wanted.account) +
                 "," + quote_string(*row[0]) + "," + quote_string(*row[1]) + "," +
                 quote_string("[" + text + "]");
  }
  query.sql += ") windows";
  return query;
}

}  // namespace mogate::simulator
