// CREATE TABLE|DATABASE … CLONE …, which MatrixOne runs without asking for any privilege.
#include "tests/simulator/clone.h"

#include "tests/simulator/catalog.h"
#include "tests/simulator/errors.h"
#include "tests/simulator/snapshot_copies.h"
#include "tests/simulator/snapshots.h"
#include "tests/simulator/statements.h"

#include <algorithm>

namespace mogate::simulator {
namespace {

Failure unknown(const Session& session, const std::string& database) {
  return session.v4() ? unknown_database(database) : failure(protocol::errc::no_db, "No database selected");
}

Failure no_source(const TablePath& from) {
  return failure(protocol::errc::parse_error,
                 "SQL parser error: table " + from.database + "-" + from.table + " does not exist");
}

void check_target(const Session& session, const CloneRequest& c) {
  if (c.to.database.empty()) throw internal_error("no db selected for the dst table " + c.to.table);
  if (c.from.database.empty()) throw internal_error("no db selected for the src table " + c.from.table);
  bool from_system = is_system_database(c.from.database);
  if (from_system && !session.is_sys())
    throw internal_error("non-sys account cannot clone data from system database");
  if (from_system) throw failure(20105, "not supported: clone of a system database in the simulator");
  if (is_system_database(c.to.database) && !c.whole_database)
    throw internal_error("cannot clone data into system database");
  if (c.to_account.empty() || c.to_account == session.account->name) return;
  auto kind = c.whole_database ? "database" : "table";
  if (!c.snapshot)
    throw internal_error(std::string("clone ") + kind + " between different accounts need a snapshot");
  if (!session.is_sys())
    throw internal_error(std::string("only sys can clone ") + kind + " to another account");
}

bool database_exists(Backend& backend, const std::string& name) {
  return !backend.query("SELECT 1 FROM information_schema.schemata WHERE schema_name=" + quote_string(name))
              .rows.empty();
}

bool table_exists(Backend& backend, const TablePath& t) {
  return !backend
              .query("SELECT 1 FROM information_schema.tables WHERE table_schema=" +
                     quote_string(t.database) + " AND table_name=" + quote_string(t.table))
              .rows.empty();
}

// Whether something is there already; throws unless the statement says IF NOT EXISTS.
bool is_there(Session& session, Backend& backend, const CloneRequest& c) {
  if (c.whole_database) {
    if (!database_exists(backend, c.to.database)) return false;
    if (!c.if_not_exists) throw failure(1007, "database " + c.to.database + " already exists");
    return true;
  }
  if (!database_exists(backend, c.to.database)) throw unknown(session, c.to.database);
  if (!table_exists(backend, c.to)) return false;
  if (!c.if_not_exists) throw failure(1050, "table " + c.to.table + " already exists");
  return true;
}

void check_foreign_keys(const AccountCopy& copy, const DatabaseCopy& database) {
  for (const auto& table : database.tables) {
    auto ddl = text_of(copy, database, table);
    for (auto at = ddl.find(" REFERENCES `"); at != std::string::npos;
         at = ddl.find(" REFERENCES `", at + 1)) {
      auto end = ddl.find('`', at + 13);
      if (end != std::string::npos && ddl.substr(end, 2) == "`.")
        throw internal_error(
            "cannot clone a db to another account when it has foreign key reference on another db");
    }
  }
}

void put(Session& session, const CloneRequest& c, const AccountCopy& copy, const AccountPtr& account,
         Backend& backend) {
  const auto* database = copy.find(c.from.database);
  if (!database) throw c.whole_database ? unknown(session, c.from.database) : no_source(c.from);
  Target target{session.world, *account->server, backend};
  if (c.whole_database) {
    if (account != session.account) check_foreign_keys(copy, *database);
    return put_database(target, copy, *database, c.to.database);
  }
  const auto* table = database->find(c.from.table);
  if (!table) throw no_source(c.from);
  put_table(target, copy, *database, *table, c.to.database, c.to.table);
}

// From now: a copy made for this statement only.
void put_current(Session& session, const CloneRequest& c, const AccountPtr& account, Backend& backend) {
  auto copy = copy_account(session.world, session.account, {c.from.database, c.from.table});
  try {
    put(session, c, copy, account, backend);
  } catch (const Failure&) {
    drop_copy(copy);
    throw;
  }
  drop_copy(copy);
}

TablePath parse_path(const Session& session, Parser& p, bool whole_database) {
  auto name = p.expect_name();
  if (whole_database) return {name, {}};
  if (!p.accept(".")) return {session.database, name};
  return {name, p.expect_name()};
}

// The braces are read when the statement runs: their snapshot may come to be in the same packet.
struct Parsed {
  CloneRequest request;
  std::size_t brace = 0;  // 0: none
};

Parsed parse(const Session& session, const Statement& statement, Parser& p, bool whole_database) {
  Parsed out;
  auto& c = out.request;
  c.whole_database = whole_database;
  c.if_not_exists = p.accept({"if", "not", "exists"});
  c.to = parse_path(session, p, whole_database);
  p.expect("clone");
  c.from = parse_path(session, p, whole_database);
  if (is_point_in_time(statement, p.index())) {
    out.brace = p.index();
    while (!p.at_end() && !p.accept("}")) p.take();
  }
  p.accept({"copy", "grants"});
  if (p.accept({"to", "account"})) c.to_account = p.expect_name();
  p.expect_end();
  return out;
}

bool is_clone(const Statement& statement) {
  const auto& tokens = statement.tokens;
  bool create = statement.begins({"create", "table"}) || statement.begins({"create", "database"});
  auto end = std::min<std::size_t>(tokens.size(), 9);
  return create && std::any_of(tokens.begin() + 2, tokens.begin() + static_cast<std::ptrdiff_t>(end),
                               [](const Token& t) { return t.is("clone"); });
}

void run(Session& session, const Statement& statement, Parsed parsed, bool more) {
  if (parsed.brace != 0) parsed.request.snapshot = snapshot_of_braces(session, statement, parsed.brace);
  clone(session, parsed.request, statement);
  send_ok(session, more);
}

}  // namespace

void clone(Session& session, const CloneRequest& c, const Statement& statement) {
  check_target(session, c);
  if (c.snapshot && c.snapshot->level == "table" && c.whole_database)
    throw internal_error("cannot use a table-level snapshot to clone cluster/account/database");
  auto account = c.to_account.empty() ? session.account : session.world.find_account(c.to_account);
  if (!account) throw internal_error("no such account, account name: " + c.to_account);
  auto backend = account->server->connect();
  try {
    BulkMode bulk(*backend);
    if (is_there(session, *backend, c)) return;
    if (c.snapshot) {
      put(session, c, copy_for(session, *c.snapshot), account, *backend);
    } else {
      put_current(session, c, account, *backend);
    }
  } catch (const Failure& failed) {
    throw translate_error(session, failed, {}, statement);
  }
}

std::optional<Action> plan_clone(Session& session, const Statement& statement) {
  if (session.world.options.generation == Generation::v2_2 || !is_clone(statement)) return std::nullopt;
  Parser p(statement);
  p.expect("create");
  bool whole_database = p.accept("database");
  if (!whole_database) p.expect("table");
  auto parsed = parse(session, statement, p, whole_database);
  return [&session, &statement, parsed](bool more) { run(session, statement, parsed, more); };
}

}  // namespace mogate::simulator
