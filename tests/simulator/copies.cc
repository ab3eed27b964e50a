#include "tests/simulator/copies.h"

#include "tests/simulator/catalog.h"
#include "tests/simulator/failure.h"
#include "tests/simulator/snapshot_copies.h"
#include "tests/simulator/tokens.h"

namespace mogate::simulator {
namespace {

constexpr std::size_t kBatchBytes = 1U << 20;

std::string path(const std::string& database, const std::string& table) {
  return quote_name(database) + "." + quote_name(table);
}

std::string replace_all(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

// A view's or foreign key's references follow its database to the new name.
std::string rename_database(const std::string& ddl, const std::string& from, const std::string& to) {
  return from == to ? ddl : replace_all(ddl, quote_name(from) + ".", quote_name(to) + ".");
}

// SHOW CREATE TABLE names the table without its database; the count of AUTO_INCREMENT goes on in large steps.
std::string table_ddl(std::string ddl, const std::string& old_name, const std::string& database,
                      const std::string& name) {
  auto head = "CREATE TABLE " + quote_name(old_name);
  if (ddl.starts_with(head)) ddl = "CREATE TABLE " + path(database, name) + ddl.substr(head.size());
  auto count = ddl.find(" AUTO_INCREMENT=");
  if (count == std::string::npos) return ddl;
  auto digits = count + std::string_view(" AUTO_INCREMENT=").size();
  auto end = ddl.find_first_not_of("0123456789", digits);
  if (end == std::string::npos) end = ddl.size();
  auto next = (std::stoull(ddl.substr(digits, end - digits)) / 10000 + 1) * 10000 + 1;
  return ddl.replace(digits, end - digits, std::to_string(next));
}

}  // namespace

// Generated columns cannot be written.
std::string column_list(Backend& backend, const std::string& database, const std::string& table) {
  auto rows = backend.query(
      "SELECT column_name FROM information_schema.columns WHERE table_schema=" + quote_string(database) +
      " AND table_name=" + quote_string(table) + " AND is_generated='NEVER' ORDER BY ordinal_position");
  std::string list;
  for (const auto& row : rows.rows) list += (list.empty() ? "" : ",") + quote_name(*row[0]);
  return list;
}

namespace {

std::uint64_t copy_rows(Backend& backend, const std::string& from_database, const std::string& from_table,
                        const std::string& to_database, const std::string& to_table) {
  auto columns = column_list(backend, from_database, from_table);
  return backend
      .query("INSERT INTO " + path(to_database, to_table) + " (" + columns + ") SELECT " + columns +
             " FROM " + path(from_database, from_table))
      .affected;
}

std::string literal(const Cell& cell, const Column& column) {
  if (!cell) return "NULL";
  if (column.charset != 63) return quote_string(*cell);
  bool bytes = (column.type >= 249 && column.type != 255) || column.type == 16;
  bool time = column.type == 7 || (column.type >= 10 && column.type <= 12);
  if (time) return quote_string(*cell);
  if (!bytes) return *cell;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "x'";
  for (char c : *cell) {
    auto u = static_cast<unsigned char>(c);
    out += digits[u >> 4];
    out += digits[u & 15];
  }
  return out + "'";
}

// Between two servers rows travel as text.
void send_rows(Backend& from, const std::string& from_database, const std::string& from_table, Backend& to,
               const std::string& to_database, const std::string& to_table) {
  auto list = column_list(from, from_database, from_table);
  auto rows = from.query("SELECT " + list + " FROM " + path(from_database, from_table));
  auto head = "INSERT INTO " + path(to_database, to_table) + " (" + list + ") VALUES ";
  std::string batch;
  for (const auto& row : rows.rows) {
    batch += (batch.empty() ? head : ",") + row_values(row, rows.columns);
    if (batch.size() < kBatchBytes) continue;
    to.query(batch);
    batch.clear();
  }
  if (!batch.empty()) to.query(batch);
}

// Without grant tables a view's definer is a user with no name.
std::string without_definer(std::string ddl) {
  auto at = ddl.find(" DEFINER=");
  auto end = at == std::string::npos ? at : ddl.find(' ', at + 1);
  return end == std::string::npos ? ddl : ddl.erase(at, end - at);
}

DatabaseCopy copy_database(World& world, AccountServer& server, Backend& backend, const std::string& name,
                           const std::string& only_table) {
  DatabaseCopy out;
  out.name = name;
  out.hidden = "__ms_" + std::to_string(world.next_hidden_id());
  backend.query("CREATE DATABASE " + quote_name(out.hidden));
  // Tables before views.
  auto tables = backend.query("SHOW FULL TABLES FROM " + quote_name(name) +
                              " WHERE Table_type IN ('BASE TABLE','VIEW')");
  for (auto wanted : {"BASE TABLE", "VIEW"}) {
    for (const auto& row : tables.rows) {
      if (*row[1] != wanted || (!only_table.empty() && *row[0] != only_table)) continue;
      out.tables.push_back(describe_table(world, server, backend, name, row));
      copy_table(backend, name, out.hidden, out.tables.back());
    }
  }
  return out;
}

bool is_there(Backend& backend, const std::string& database, const std::string& table) {
  return !backend
              .query("SELECT 1 FROM information_schema.tables WHERE table_schema=" + quote_string(database) +
                     " AND table_name=" + quote_string(table))
              .rows.empty();
}

void make_catalog(Backend& backend, const AccountCopy& copy, const std::string& hidden,
                  const std::string& table) {
  auto rows = copy.catalog.find(table);
  if (rows == copy.catalog.end() || is_there(backend, hidden, table)) return;
  backend.query("CREATE DATABASE IF NOT EXISTS " + quote_name(hidden));
  backend.query("CREATE TABLE " + path(hidden, table) + " LIKE " + path("mo_catalog", table));
  if (!rows->second.empty()) backend.query("INSERT INTO " + path(hidden, table) + " VALUES " + rows->second);
}

}  // namespace

std::string row_values(const Row& row, const std::vector<Column>& columns) {
  std::string out = "(";
  for (std::size_t i = 0; i < row.size(); ++i) out += (i == 0 ? "" : ",") + literal(row[i], columns[i]);
  return out + ")";
}

TableCopy describe_table(World& world, AccountServer& server, Backend& backend, const std::string& database,
                         const Row& row) {
  TableCopy out;
  out.name = *row[0];
  out.view = *row[1] == "VIEW";
  auto kind = out.view ? "VIEW " : "TABLE ";
  auto shown = backend.query(std::string("SHOW CREATE ") + kind + path(database, out.name));
  out.ddl = without_definer(*shown.rows.at(0).at(1));
  if (!out.view) out.ids = table_ids(world, server, backend, database, out.name);
  return out;
}

std::uint64_t copy_table(Backend& backend, const std::string& database, const std::string& hidden,
                         const TableCopy& table) {
  if (table.view) {
    // A view over what is not part of the snapshot cannot be made there; nor read then.
    try {
      backend.query(rename_database(table.ddl, database, hidden));
    } catch (const Failure&) {
    }
    return 0;
  }
  backend.query("CREATE TABLE " + path(hidden, table.name) + " LIKE " + path(database, table.name));
  return copy_rows(backend, database, table.name, hidden, table.name);
}

BulkMode::BulkMode(Backend& backend) : backend_(backend) {
  backend_.query(
      "SET @mo_sql_mode=@@sql_mode, @mo_keys=@@foreign_key_checks, sql_mode='NO_AUTO_VALUE_ON_ZERO', "
      "foreign_key_checks=0");
}

BulkMode::~BulkMode() {
  try {
    backend_.query("SET sql_mode=@mo_sql_mode, foreign_key_checks=@mo_keys");
  } catch (...) {  // the connection is gone: its settings with it
  }
}

std::vector<std::string> user_databases(Backend& backend) {
  std::vector<std::string> out;
  for (const auto& row : backend.query("SHOW DATABASES").rows) {
    const auto& name = *row[0];
    bool internal =
        is_system_database(name) || is_hidden_schema(name) || name == "performance_schema" || name == "sys";
    if (!internal) out.push_back(name);
  }
  return out;
}

AccountCopy copy_account(World& world, const AccountPtr& account, const Scope& scope) {
  AccountCopy out;
  out.account_id = account->id;
  out.account = account->name;
  out.server = account->server;
  {
    std::lock_guard lock(world.mutex);
    out.admin_name = account->admin_name;
    out.users = account->users;
  }
  auto backend = account->server->connect();
  BulkMode bulk(*backend);
  for (const auto& name : user_databases(*backend)) {
    if (scope.database.empty() || scope.database == name)
      out.databases.push_back(copy_database(world, *account->server, *backend, name, scope.table));
  }
  return out;
}

void drop_copy(const AccountCopy& copy, AccountServer* imported_by) {
  for (auto* server : {copy.server.get(), imported_by}) {
    if (server == nullptr) continue;
    auto backend = server->connect();
    for (const auto& database : copy.databases)
      backend->query("DROP DATABASE IF EXISTS " + quote_name(database.hidden));
  }
}

void put_table(const Target& target, const AccountCopy& from, const DatabaseCopy& database,
               const TableCopy& table, const std::string& to_database, const std::string& to_table) {
  auto& backend = target.backend;
  settle(from, database, table);
  if (table.view) {
    backend.query("DROP VIEW IF EXISTS " + path(to_database, to_table));
    auto ddl = rename_database(table.ddl, database.name, to_database);
    auto name = " VIEW " + path(to_database, table.name);
    backend.query(replace_all(ddl, name, " VIEW " + path(to_database, to_table)));
    return;
  }
  backend.query("DROP TABLE IF EXISTS " + path(to_database, to_table));
  backend.query(rename_database(table_ddl(text_of(from, database, table), table.name, to_database, to_table),
                                database.name, to_database));
  const auto& hidden = table.hidden.empty() ? database.hidden : table.hidden;
  if (&target.server == from.server.get()) {
    copy_rows(backend, hidden, table.name, to_database, to_table);
  } else {
    send_rows(*from.server->connect(), hidden, table.name, backend, to_database, to_table);
  }
  bool same = database.name == to_database && table.name == to_table && &target.server == from.server.get();
  set_table_ids(target.world, target.server, backend, to_database, to_table,
                {0, 0, same ? table.ids.lineage : 0, 0});
}

void put_database(const Target& target, const AccountCopy& from, const DatabaseCopy& database,
                  const std::string& name) {
  target.backend.query("DROP DATABASE IF EXISTS " + quote_name(name));
  target.backend.query("CREATE DATABASE " + quote_name(name));
  for (const auto& table : database.tables) put_table(target, from, database, table, name, table.name);
}

void import_database(AccountServer& server, const AccountCopy& copy, const DatabaseCopy& database,
                     const std::string& table) {
  bool catalog = database.name == "mo_catalog";
  if (&server == copy.server.get() && !catalog) return;
  std::lock_guard one_at_a_time(server.imports);
  auto to = server.connect();
  if (catalog) return make_catalog(*to, copy, database.hidden, table);
  auto found = to->query("SELECT 1 FROM information_schema.schemata WHERE schema_name=" +
                         quote_string(database.hidden));
  if (!found.rows.empty()) return;
  settle(copy, database);
  auto from = copy.server->connect();
  BulkMode bulk(*to);
  to->query("CREATE DATABASE " + quote_name(database.hidden));
  for (const auto& each : database.tables) {
    if (each.view) continue;
    auto shown = from->query("SHOW CREATE TABLE " + path(database.hidden, each.name));
    to->query(table_ddl(*shown.rows.at(0).at(1), each.name, database.hidden, each.name));
    send_rows(*from, database.hidden, each.name, *to, database.hidden, each.name);
  }
  for (const auto& each : database.tables) {
    if (each.view) to->query(rename_database(each.ddl, database.name, database.hidden));
  }
}

}  // namespace mogate::simulator
