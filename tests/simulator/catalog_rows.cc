// The rows of mo_catalog.
#include "tests/simulator/catalog.h"
#include "tests/simulator/copies.h"
#include "tests/simulator/tokens.h"

namespace mogate::simulator {
namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

void add(std::string& list, const std::string& values) { list += (list.empty() ? "(" : ",(") + values + ")"; }

std::string table_values(const Row& row, const TableIds& ids, std::uint64_t database_id,
                         std::uint32_t account, bool v4) {
  auto cell = [&](std::size_t i) { return row[i] ? quote_string(*row[i]) : std::string("NULL"); };
  bool view = *row[2] == "VIEW";
  return number(ids.rel_id) + "," + cell(1) + "," + cell(0) + "," + number(database_id) + ",'','" +
         (view ? "v" : "r") + "'," + cell(4) + ",''," + cell(3) + ",0,0," + number(account) + ",0,'','',''," +
         std::to_string(ids.version) + ",1" + (v4 ? "," + number(ids.logical_id) : "");
}

// Asked for one database at a time: all at once would open the copies in hidden schemas, too.
std::vector<Row> list_tables(Backend& backend, const std::vector<std::string>& databases) {
  std::vector<Row> out;
  for (const auto& database : databases) {
    auto found = backend.query(
        "SELECT table_schema, table_name, table_type, create_time, table_comment FROM "
        "information_schema.tables WHERE "
        "table_schema=" +
        quote_string(database) + " AND table_name NOT LIKE 'sim\\_%' ORDER BY 2");
    out.insert(out.end(), found.rows.begin(), found.rows.end());
  }
  return out;
}

void add_objects(World& world, AccountServer& server, std::uint32_t account, CatalogValues& out) {
  auto backend = server.connect();
  auto databases = user_databases(*backend);
  for (auto name : {"mo_catalog", "system", "system_metrics"}) databases.emplace_back(name);
  auto tables = list_tables(*backend, databases);
  auto innodb = backend->query("SELECT name, table_id FROM information_schema.innodb_sys_tables ORDER BY 2");
  std::map<std::string, std::uint64_t> by_name;
  for (const auto& row : innodb.rows) by_name[*row[0]] = std::stoull(*row[1]);
  std::lock_guard lock(world.mutex);
  // Ids rise with the age of the tables, as on a real server.
  for (const auto& row : innodb.rows) {
    if (!is_hidden_schema(*row[0])) ids_for_key(world, server, std::stoull(*row[1]));
  }
  auto database_id = [&](const std::string& name) {
    return ids_for_key(world, server, key_for_name(name + "/")).rel_id;
  };
  databases.emplace_back("information_schema");
  databases.emplace_back("mysql");
  for (const auto& name : databases)
    add(out["mo_database"], number(database_id(name)) + "," + quote_string(name) + ",'def','',0,0,now()," +
                                number(account) + ",''");
  for (const auto& row : tables) {
    auto found = by_name.find(innodb_name(*row[0]) + "/" + innodb_name(*row[1]));
    auto key = found == by_name.end() ? key_for_name(*row[0] + "/" + *row[1]) : found->second;
    add(out["mo_tables"], table_values(row, ids_for_key(world, server, key), database_id(*row[0]), account,
                                       world.options.v4()));
  }
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

// An account shows its own; the table itself is sys' alone, which reads all.
std::string pitr_values(World& world) {
  std::string list;
  for (const auto& p : world.pitrs)
    add(list, quote_string(p.id) + "," + quote_string(p.name) + "," + number(p.creator) + "," +
                  std::to_string(p.created) + "," + std::to_string(p.modified) + "," + quote_string(p.level) +
                  "," + number(p.account_id) + "," + quote_string(p.account) + "," +
                  quote_string(p.database) + "," + quote_string(p.table) + "," + number(p.object_id) + "," +
                  std::to_string(p.length) + "," + quote_string(p.unit) + (p.dropped == 0 ? ",1," : ",0,") +
                  std::to_string(p.dropped == 0 ? p.created : p.dropped) +
                  (world.options.v4() ? ",'user'" : ""));
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

std::string rule(unsigned type, unsigned cascade, unsigned set_null) {
  if (type & cascade) return "'CASCADE'";
  return type & set_null ? "'SET NULL'" : "'RESTRICT'";
}

// InnoDB's names are database/table.
void add_key(const Row& row, std::string& list) {
  auto name = [](const Cell& cell) { return cell.value_or("/").substr(0, cell.value_or("/").find('/')); };
  auto table = [](const Cell& cell) { return cell.value_or("/").substr(cell.value_or("/").find('/') + 1); };
  auto text = [&](const std::string& s) { return quote_string(s) + ",0,"; };
  auto type = static_cast<unsigned>(std::stoul(row[3].value_or("0")));
  add(list, text(table(row[0])) + text(name(row[1])) + text(table(row[1])) + text(row[4].value_or("")) +
                text(name(row[2])) + text(table(row[2])) + text(row[5].value_or("")) + rule(type, 1, 2) +
                "," + rule(type, 4, 8));
}

std::string foreign_key_values(Backend& backend) {
  auto rows = backend.query(
      "SELECT f.id, f.for_name, f.ref_name, f.type, c.for_col_name, c.ref_col_name FROM "
      "information_schema.innodb_sys_foreign f JOIN information_schema.innodb_sys_foreign_cols c ON "
      "c.id=f.id ORDER BY "
      "1, c.pos");
  std::string list;
  for (const auto& row : rows.rows) add_key(row, list);
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

std::vector<AccountPtr> running_accounts(World& world) {
  std::lock_guard lock(world.mutex);
  std::vector<AccountPtr> out;
  for (const auto& [name, account] : world.accounts) {
    if (account->server->started()) out.push_back(account);
  }
  return out;
}

}  // namespace

const std::set<std::string> kSnapshotCatalog = {"mo_tables", "mo_database", "mo_foreign_keys", "mo_user",
                                                "mo_role"};

CatalogValues catalog_values(World& world, Account& account, const std::set<std::string>& names) {
  CatalogValues out;
  for (const auto& name : names) {
    if (kSnapshotCatalog.contains(name)) out[name] = {};
  }
  if (out.contains("mo_tables") || out.contains("mo_database")) {
    if (account.id != 0) {
      add_objects(world, *account.server, account.id, out);
    } else {
      for (const auto& each : running_accounts(world)) add_objects(world, *each->server, each->id, out);
    }
  }
  if (out.contains("mo_foreign_keys"))
    out["mo_foreign_keys"] = foreign_key_values(*account.server->connect());
  std::lock_guard lock(world.mutex);
  if (out.contains("mo_user") || out.contains("mo_role")) add_users(account, out["mo_user"], out["mo_role"]);
  return out;
}

void refresh_catalog(World& world, Account& account, const std::set<std::string>& names) {
  std::lock_guard one_at_a_time(account.catalog_mutex);
  auto values = catalog_values(world, account, names);
  {
    std::lock_guard lock(world.mutex);
    if (names.contains("mo_snapshots")) values["mo_snapshots"] = snapshot_values(account, world.options.v4());
    if (names.contains("mo_account")) values["sim_account"] = account_values(world);
    if (names.contains("mo_pitr")) values["sim_pitr"] = pitr_values(world);
    if (names.contains("mo_process")) values["sim_process"] = process_values(world, account);
  }
  bool cdc = account.id == 0 && (names.contains("mo_task") || names.contains("mo_cdc_task") ||
                                 names.contains("mo_cdc_watermark"));
  bool publications = names.contains("mo_pubs") || names.contains("mo_ccpr_log");
  if (values.empty() && !cdc && !publications) return;
  auto backend = account.server->connect();
  backend->query("BEGIN");
  for (const auto& [table, rows] : values) replace_rows(*backend, table, rows);
  if (cdc) refresh_cdc_catalog(world, *backend);
  if (publications) refresh_publication_catalog(world, *backend, names);
  backend->query("COMMIT");
}

}  // namespace mogate::simulator
