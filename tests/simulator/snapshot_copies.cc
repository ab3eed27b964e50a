#include "tests/simulator/snapshot_copies.h"

#include "tests/simulator/catalog.h"
#include "tests/simulator/failure.h"

#include <algorithm>
#include <chrono>
#include <set>

namespace mogate::simulator {
namespace {

constexpr std::size_t kBatchBytes = 1U << 20;
// A DDL that waits for a row's lock holds snapshots up no longer.
constexpr auto kDdlLimit = std::chrono::seconds(5);

std::string path(const std::string& database, const std::string& table) {
  return quote_name(database) + "." + quote_name(table);
}

std::uint64_t innodb_id(const Row& row) { return std::stoull(row[1].value_or("0")); }

std::map<std::string, TableIds> ids_of(World& world, AccountServer& server, Backend& backend,
                                       const std::string& database) {
  auto rows =
      backend.query("SELECT name, table_id FROM information_schema.innodb_sys_tables WHERE name LIKE " +
                    quote_string(innodb_name(database) + "/%"));
  std::map<std::string, TableIds> out;
  auto head = innodb_name(database) + "/";
  std::lock_guard lock(world.mutex);
  for (const auto& row : rows.rows) {
    if (row[0]->starts_with(head))
      out[row[0]->substr(head.size())] = ids_for_key(world, server, innodb_id(row));
  }
  return out;
}

DatabaseCopy hold_database(World& world, AccountServer& server, Backend& backend, const std::string& name,
                           const std::string& only_table) {
  DatabaseCopy out;
  out.name = name;
  out.hidden = "__ms_" + std::to_string(world.next_hidden_id());
  auto ids = ids_of(world, server, backend, name);
  auto tables = backend.query("SHOW FULL TABLES FROM " + quote_name(name) +
                              " WHERE Table_type IN ('BASE TABLE','VIEW')");
  for (auto wanted : {"BASE TABLE", "VIEW"}) {  // tables before views
    for (const auto& row : tables.rows) {
      if (*row[1] != wanted || (!only_table.empty() && *row[0] != only_table)) continue;
      TableCopy table{*row[0], false, {}, {}};
      if (*row[1] == "VIEW")
        table = describe_table(world, server, backend, name, row);
      else
        table.ids = ids[innodb_name(table.name)];
      table.unsettled = std::make_shared<Unsettled>();
      out.tables.push_back(std::move(table));
    }
  }
  return out;
}

// Its rows become tables when they are read.
DatabaseCopy hold_catalog(World& world, Account& account, std::map<std::string, std::string>& values) {
  DatabaseCopy out;
  out.name = "mo_catalog";
  out.hidden = "__ms_" + std::to_string(world.next_hidden_id());
  values = catalog_values(world, account, kSnapshotCatalog);
  for (const auto& [table, rows] : values) out.tables.push_back({table, false, {}, {}});
  return out;
}

std::string live_text(Backend& backend, const DatabaseCopy& database, const TableCopy& table) {
  return *backend.query("SHOW CREATE TABLE " + path(database.name, table.name)).rows.at(0).at(1);
}

std::vector<Column> types_of(const RowStream& rows) {
  std::vector<Column> out;
  for (const auto& packet : rows.definitions()) {
    auto view = protocol::parse_column(protocol::as_bytes(packet));
    if (!view) throw failure(protocol::errc::malformed_packet, "column definition");
    out.push_back({std::string(view->name), view->type, view->charset});
  }
  return out;
}

// With the table's mutex held.
void settle_table(const AccountCopy& copy, const DatabaseCopy& database, const TableCopy& table) {
  auto backend = copy.server->connect();
  backend->query("CREATE DATABASE IF NOT EXISTS " + quote_name(database.hidden));
  auto hidden = path(database.hidden, table.name);
  backend->query("DROP TABLE IF EXISTS " + hidden);  // of an attempt that failed
  table.unsettled->ddl = live_text(*backend, database, table);
  backend->query("CREATE TABLE " + hidden + " LIKE " + path(database.name, table.name));
  auto columns = column_list(*backend, database.name, table.name);
  BulkMode bulk(*backend);
  backend->query("BEGIN");
  ReadViews::Lease view(*copy.views);
  view.use_settings("SET NAMES utf8mb4, time_zone=DEFAULT");
  RowStream rows(*view, "SELECT " + columns + " FROM " + path(database.name, table.name));
  insert_rows(rows, *backend, hidden, columns);
  backend->query("COMMIT");
}

void settle_view(const AccountCopy& copy, const DatabaseCopy& database, const TableCopy& view) {
  auto backend = copy.server->connect();
  backend->query("CREATE DATABASE IF NOT EXISTS " + quote_name(database.hidden));
  copy_table(*backend, database.name, database.hidden, view);
}

// Whether the statement changes the structure of anything in the database, or of this table.
bool concerns(const std::set<std::string>& names, bool whole_database, const DatabaseCopy& database,
              const TableCopy& table) {
  if (names.empty() || names.contains(table.name)) return true;
  return whole_database && names.contains(database.name);
}

// A snapshot may be another account's, which sees this one.
std::vector<SnapshotPtr> snapshots_of(World& world, const AccountServer& server) {
  std::lock_guard lock(world.mutex);
  std::vector<SnapshotPtr> out;
  for (const auto& [name, account] : world.accounts) {
    for (const auto& s : account->snapshots) {
      bool here = std::any_of(s->accounts.begin(), s->accounts.end(),
                              [&](const auto& copy) { return copy.server.get() == &server; });
      if (here) out.push_back(s);
    }
  }
  return out;
}

void settle_named(World& world, const AccountServer& server, const std::set<std::string>& names,
                  bool whole_database) {
  for (const auto& snapshot : snapshots_of(world, server)) {
    for (const auto& copy : snapshot->accounts) {
      if (copy.server.get() != &server) continue;
      for (const auto& database : copy.databases) {
        for (const auto& table : database.tables) {
          if (concerns(names, whole_database, database, table)) settle(copy, database, table);
        }
      }
    }
  }
}

std::shared_lock<std::shared_timed_mutex> no_snapshot(AccountServer& server) {
  return std::shared_lock(server.structure);
}

}  // namespace

void insert_rows(RowStream& rows, Backend& to, const std::string& table, const std::string& columns) {
  auto types = types_of(rows);
  auto head = "INSERT INTO " + table + " (" + columns + ") VALUES ";
  std::string batch, packet;
  std::vector<protocol::CellView> cells;
  while (rows.next(packet)) {
    if (!protocol::parse_text_row(protocol::as_bytes(packet), types.size(), cells))
      throw failure(protocol::errc::malformed_packet, "row");
    Row row;
    for (const auto& cell : cells) row.push_back(cell ? Cell(std::string(*cell)) : std::nullopt);
    batch += (batch.empty() ? head : ",") + row_values(row, types);
    if (batch.size() < kBatchBytes) continue;
    to.query(batch);
    batch.clear();
  }
  if (!batch.empty()) to.query(batch);
}

AccountCopy hold_account(World& world, const AccountPtr& account, const Scope& scope) {
  AccountCopy out;
  auto& server = *account->server;
  out.account_id = account->id;
  out.account = account->name;
  out.server = account->server;
  {
    std::lock_guard lock(world.mutex);
    out.admin_name = account->admin_name;
    out.users = account->users;
  }
  auto backend = server.connect();
  auto list = [&] {
    for (const auto& name : user_databases(*backend)) {
      if (scope.database.empty() || scope.database == name)
        out.databases.push_back(hold_database(world, server, *backend, name, scope.table));
    }
    out.databases.push_back(hold_catalog(world, *account, out.catalog));
  };
  out.views = std::make_shared<ReadViews>(server, list);
  return out;
}

std::unique_lock<std::shared_timed_mutex> no_structure_change(AccountServer& server) {
  return {server.structure, kDdlLimit};
}

void settle(const AccountCopy& copy, const DatabaseCopy& database, const TableCopy& table) {
  if (!table.unsettled) return;
  if (table.view) {
    for (const auto& other : database.tables) {
      if (!other.view) settle(copy, database, other);
    }
  }
  std::unique_lock lock(table.unsettled->mutex);
  if (table.unsettled->settled) return;
  if (table.view) {
    settle_view(copy, database, table);
  } else {
    settle_table(copy, database, table);
  }
  table.unsettled->settled = true;
}

void settle(const AccountCopy& copy, const DatabaseCopy& database) {
  for (const auto& table : database.tables) settle(copy, database, table);
}

std::string text_of(const AccountCopy& copy, const DatabaseCopy& database, const TableCopy& table) {
  if (!table.unsettled || table.view) return table.ddl;
  std::shared_lock lock(table.unsettled->mutex);
  return table.unsettled->settled ? table.unsettled->ddl
                                  : live_text(*copy.server->connect(), database, table);
}

bool read_in_place(const TableCopy& table, const std::function<void()>& read) {
  if (!table.unsettled || table.view) return false;
  std::shared_lock lock(table.unsettled->mutex);
  if (table.unsettled->settled) return false;
  read();
  return true;
}

StructureChange::StructureChange(World& world, AccountServer& server, const Statement& statement)
    : no_snapshot_(no_snapshot(server)) {
  std::set<std::string> names;
  for (const auto& token : statement.tokens) {
    if (token.is_name()) names.insert(token.name());
  }
  settle_named(world, server, names, statement.begins({"drop", "database"}));
}

StructureChange::StructureChange(World& world, AccountServer& server) : no_snapshot_(no_snapshot(server)) {
  settle_named(world, server, {}, true);
}

}  // namespace mogate::simulator
