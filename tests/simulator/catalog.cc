#include "tests/simulator/catalog.h"

#include "tests/simulator/tokens.h"

#include <algorithm>
#include <array>
#include <functional>

namespace mogate::simulator {
namespace {

constexpr std::array kSystemDatabases = {
    "information_schema", "mo_catalog", "mo_debug", "mo_task", "mysql", "system", "system_metrics"};
constexpr std::uint64_t kByName = std::uint64_t{1} << 63;  // marks ids of what InnoDB has no id for

// InnoDB spells names in its own file name encoding.
std::string innodb_name(std::string_view name) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out;
  for (char c : name) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (plain) {
      out += c;
    } else {
      auto u = static_cast<unsigned char>(c);
      out += std::string("@00") + hex[u >> 4] + hex[u & 15];
    }
  }
  return out;
}

std::uint64_t key_for_name(const std::string& name) { return std::hash<std::string>{}(name) | kByName; }

TableIds& ids_for_key(World& world, AccountServer& server, std::uint64_t key) {
  auto& ids = server.ids[key];
  if (ids.rel_id == 0) {
    auto id = world.next_table_id();
    ids = {id, id, id, 0};
  }
  return ids;
}

std::uint64_t innodb_id(Backend& backend, const std::string& database, const std::string& table) {
  auto id = backend.query("SELECT table_id FROM information_schema.innodb_sys_tables WHERE name=" +
                          quote_string(innodb_name(database) + "/" + innodb_name(table)));
  return id.rows.empty() ? 0 : std::stoull(id.value());
}

std::string number(std::uint64_t value) { return std::to_string(value); }

// VALUES lists of mo_tables and mo_database for one account.
struct CatalogRows {
  std::string tables;
  std::string databases;
};

void add(std::string& list, const std::string& values) { list += (list.empty() ? "(" : ",(") + values + ")"; }

std::string table_values(const Row& row, const TableIds& ids, std::uint64_t database_id,
                         std::uint32_t account, bool v4) {
  auto cell = [&](std::size_t i) { return row[i] ? quote_string(*row[i]) : std::string("NULL"); };
  bool view = *row[2] == "VIEW";
  return number(ids.rel_id) + "," + cell(1) + "," + cell(0) + "," + number(database_id) + ",'','" +
         (view ? "v" : "r") + "'," + cell(4) + ",''," + cell(3) + ",0,0," + number(account) + ",0,'','',''," +
         std::to_string(ids.version) + ",1" + (v4 ? "," + number(ids.logical_id) : "");
}

CatalogRows account_rows(World& world, AccountServer& server, std::uint32_t account) {
  auto backend = server.connect();
  auto tables = backend->query(
      "SELECT table_schema, table_name, table_type, create_time, table_comment FROM "
      "information_schema.tables "
      "WHERE table_schema NOT IN ('mysql','information_schema','performance_schema','sys') AND table_name "
      "NOT "
      "LIKE 'sim\\_%' ORDER BY 1, 2");
  auto innodb = backend->query("SELECT name, table_id FROM information_schema.innodb_sys_tables ORDER BY 2");
  auto schemas = backend->query(
      "SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN "
      "('performance_schema','sys')");
  std::map<std::string, std::uint64_t> by_name;
  for (const auto& row : innodb.rows) by_name[*row[0]] = std::stoull(*row[1]);
  CatalogRows out;
  std::lock_guard lock(world.mutex);
  // Ids rise with the age of the tables, as on a real server.
  for (const auto& row : innodb.rows) {
    if (!is_hidden_schema(*row[0])) ids_for_key(world, server, std::stoull(*row[1]));
  }
  auto database_id = [&](const std::string& name) {
    return ids_for_key(world, server, key_for_name(name + "/")).rel_id;
  };
  for (const auto& row : schemas.rows) {
    if (is_hidden_schema(*row[0])) continue;
    add(out.databases, number(database_id(*row[0])) + "," + quote_string(*row[0]) + ",'def','',0,0,now()," +
                           number(account) + ",''");
  }
  for (const auto& row : tables.rows) {
    if (is_hidden_schema(*row[0])) continue;
    auto found = by_name.find(innodb_name(*row[0]) + "/" + innodb_name(*row[1]));
    auto key = found == by_name.end() ? key_for_name(*row[0] + "/" + *row[1]) : found->second;
    add(out.tables, table_values(row, ids_for_key(world, server, key), database_id(*row[0]), account,
                                 world.options.v4()));
  }
  return out;
}

std::string snapshot_values(const Account& account, bool v4) {
  std::string list;
  for (const auto& s : account.snapshots) {
    add(list, quote_string(s->id) + "," + quote_string(s->name) + "," + std::to_string(s->ts) + "," +
                  quote_string(s->level) + "," + quote_string(s->account) + "," + quote_string(s->database) +
                  "," + quote_string(s->table) + "," + number(s->object_id) +
                  (v4 ? "," + quote_string(s->kind) : ""));
  }
  return list;
}

void add_users(Account& account, std::string& users, std::string& roles) {
  for (const auto& u : account.users.users) {
    const auto* role = account.users.find_role(u.default_role);
    add(users, number(u.id) + ",'localhost'," + quote_string(u.name) + "," + number(role ? role->id : 1));
  }
  for (const auto& r : account.users.roles)
    add(roles, number(r.id) + "," + quote_string(r.name) + "," + number(r.creator) + "," +
                   quote_string(r.created) + ",''");
}

// From one row of information_schema for each column of a key.
std::string foreign_key_values(Backend& backend) {
  auto rows = backend.query(
      "SELECT k.constraint_name, k.table_schema, k.table_name, k.column_name, k.referenced_table_schema, "
      "k.referenced_table_name, k.referenced_column_name, r.delete_rule, r.update_rule FROM "
      "information_schema.key_column_usage k JOIN information_schema.referential_constraints r ON "
      "r.constraint_schema=k.constraint_schema AND r.constraint_name=k.constraint_name AND "
      "r.table_name=k.table_name WHERE k.referenced_table_name IS NOT NULL AND k.table_schema NOT LIKE "
      "'\\_\\_ms%'");
  std::string list;
  for (const auto& row : rows.rows) {
    auto cell = [&](std::size_t i) { return quote_string(row[i].value_or("")); };
    add(list, cell(0) + ",0," + cell(1) + ",0," + cell(2) + ",0," + cell(3) + ",0," + cell(4) + ",0," +
                  cell(5) + ",0," + cell(6) + ",0," + cell(7) + "," + cell(8));
  }
  return list;
}

std::string account_values(World& world) {
  std::string list;
  for (const auto& [name, a] : world.accounts)
    add(list, number(a->id) + "," + quote_string(name) + "," + quote_string(a->admin_name) + "," +
                  quote_string(a->status) + "," + quote_string(a->created) + "," + quote_string(a->comments) +
                  ",1,NULL");
  return list;
}

std::string process_values(World& world, const Account& account) {
  std::string list;
  for (const auto& [id, c] : world.connections) {
    if (!c->account || (account.id != 0 && c->account.get() != &account)) continue;
    add(list, "'simulator'," + number(c->shown_id.load()) + ",''," + quote_string(c->account->name) + "," +
                  quote_string(c->user) + ",''," + quote_string(c->database) + ",now(6)," +
                  (c->running ? "'COM_QUERY'," : "'',") + quote_string(c->info) + ",'','','','','',''," +
                  quote_string(c->host) + "," + quote_string(c->role) + ",''");
  }
  return list;
}

void replace_rows(Backend& backend, const std::string& table, const std::string& values) {
  backend.query("DELETE FROM mo_catalog." + table);
  if (!values.empty()) backend.query("INSERT INTO mo_catalog." + table + " VALUES " + values);
}

}  // namespace

bool is_system_database(std::string_view name) {
  return std::find(kSystemDatabases.begin(), kSystemDatabases.end(), name) != kSystemDatabases.end();
}

bool is_hidden_schema(std::string_view name) { return name.starts_with("__ms_"); }

void refresh_catalog(World& world, Account& account) {
  std::vector<AccountPtr> others;
  if (account.id == 0) {
    std::lock_guard lock(world.mutex);
    for (const auto& [name, a] : world.accounts) others.push_back(a);
  }
  std::lock_guard one_at_a_time(account.catalog_mutex);
  CatalogRows rows;
  auto gather = [&](Account& a) {
    auto more = account_rows(world, *a.server, a.id);
    if (!more.tables.empty()) rows.tables += (rows.tables.empty() ? "" : ",") + more.tables;
    if (!more.databases.empty()) rows.databases += (rows.databases.empty() ? "" : ",") + more.databases;
  };
  if (account.id != 0) gather(account);
  for (auto& a : others) {
    if (a->server->started()) gather(*a);
  }
  std::string snapshots, users, roles, accounts, processes;
  {
    std::lock_guard lock(world.mutex);
    snapshots = snapshot_values(account, world.options.v4());
    add_users(account, users, roles);
    accounts = account_values(world);
    processes = process_values(world, account);
  }
  auto backend = account.server->connect();
  backend->query("BEGIN");
  replace_rows(*backend, "mo_tables", rows.tables);
  replace_rows(*backend, "mo_database", rows.databases);
  replace_rows(*backend, "mo_snapshots", snapshots);
  replace_rows(*backend, "mo_foreign_keys", foreign_key_values(*backend));
  replace_rows(*backend, "mo_user", users);
  replace_rows(*backend, "mo_role", roles);
  replace_rows(*backend, "sim_account", accounts);
  replace_rows(*backend, "sim_process", processes);
  backend->query("COMMIT");
}

TableIds table_ids(World& world, AccountServer& server, Backend& backend, const std::string& database,
                   const std::string& table) {
  auto key = innodb_id(backend, database, table);
  if (key == 0) return {};
  std::lock_guard lock(world.mutex);
  return ids_for_key(world, server, key);
}

void set_table_ids(World& world, AccountServer& server, Backend& backend, const std::string& database,
                   const std::string& table, TableIds wanted) {
  auto key = innodb_id(backend, database, table);
  if (key == 0) return;
  auto fresh = world.next_table_id();
  std::lock_guard lock(world.mutex);
  auto pick = [&](std::uint64_t id) { return id != 0 ? id : fresh; };
  server.ids[key] = {pick(wanted.rel_id), pick(wanted.logical_id), pick(wanted.lineage), wanted.version};
}

}  // namespace mogate::simulator
