// What mo_catalog says of publications and CCPR, in sys alone.
#include "tests/simulator/catalog.h"
#include "tests/simulator/ccpr.h"
#include "tests/simulator/times.h"
#include "tests/simulator/tokens.h"

namespace mogate::simulator {
namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string or_null(const std::string& text) { return text.empty() ? "NULL" : quote_string(text); }

void add(std::string& list, std::initializer_list<std::string> cells) {
  list += list.empty() ? "(" : ",(";
  for (const auto& cell : cells) list += (list.back() == '(' ? "" : ",") + cell;
  list += ")";
}

std::string log_values(World& world) {
  std::string list;
  int order = 0;
  for (const auto& view : world.ccpr().views()) {
    const auto& d = view.definition;
    auto config = d.interval ? "{\"sync_interval\": " + std::to_string(*d.interval) + "}" : std::string("{}");
    auto shown = view.watermark == 0 ? "NULL" : quote_string(seconds_text(view.watermark));
    add(list, {quote_string(d.id),
               quote_string(d.publication),
               quote_string(d.publisher),
               quote_string(d.level),
               number(d.account->id),
               quote_string(d.database),
               quote_string(d.table),
               quote_string(d.shown_uri),
               quote_string(config),
               number(static_cast<unsigned>(view.state)),
               number(static_cast<unsigned>(view.iteration)),
               number(view.lsn),
               std::to_string(view.watermark),
               "'{}'",
               "'simulator'",
               or_null(view.error),
               quote_string(d.created),
               or_null(view.dropped),
               shown,
               std::to_string(order++)});
  }
  return list;
}

std::string pub_values(World& world) {
  std::string list;
  std::lock_guard lock(world.mutex);
  for (const auto& p : world.publications)
    add(list,
        {number(p.account_id), quote_string(p.account), quote_string(p.name), quote_string(p.database), "0",
         p.tables.empty() ? "1" : "0", quote_string(p.table_list()), quote_string(p.account_list()),
         quote_string(p.created), or_null(p.updated), "0", "0", quote_string(p.comment)});
  return list;
}

void replace_rows(Backend& backend, const std::string& table, const std::string& values) {
  backend.query("DELETE FROM mo_catalog." + table);
  if (!values.empty()) backend.query("INSERT INTO mo_catalog." + table + " VALUES " + values);
}

}  // namespace

void create_publication_catalog(Backend& backend) {
  backend.query(
      "CREATE TABLE mo_catalog.sim_pubs (account_id int NOT NULL, account_name varchar(300), pub_name "
      "varchar(64) NOT NULL, database_name varchar(1000), database_id bigint unsigned, all_table tinyint, "
      "table_list text, account_list text, created_time timestamp NULL, update_time timestamp NULL, owner "
      "int "
      "unsigned, creator int unsigned, comment text, PRIMARY KEY (account_id, pub_name))");
  backend.query(
      "CREATE TABLE mo_catalog.sim_ccpr_log (task_id varchar(36) PRIMARY KEY, subscription_name "
      "varchar(1000), "
      "subscription_account_name varchar(1000), sync_level varchar(16), account_id int unsigned, db_name "
      "varchar(1000), table_name varchar(1000), upstream_conn varchar(1000), sync_config text, state "
      "tinyint, "
      "iteration_state tinyint, iteration_lsn bigint, watermark bigint, context text, cn_uuid varchar(64), "
      "error_message varchar(5000), created_at timestamp NULL, drop_at timestamp NULL, shown_watermark "
      "timestamp "
      "NULL INVISIBLE, shown_order int INVISIBLE)");
}

void refresh_publication_catalog(World& world, Backend& backend, const std::set<std::string>& names) {
  if (names.contains("mo_pubs")) replace_rows(backend, "sim_pubs", pub_values(world));
  if (!names.contains("mo_ccpr_log")) return;
  auto values = log_values(world);
  backend.query("DELETE FROM mo_catalog.sim_ccpr_log");
  if (values.empty()) return;
  backend.query(
      "INSERT INTO mo_catalog.sim_ccpr_log (task_id, subscription_name, subscription_account_name, "
      "sync_level, "
      "account_id, db_name, table_name, upstream_conn, sync_config, state, iteration_state, iteration_lsn, "
      "watermark, context, cn_uuid, error_message, created_at, drop_at, shown_watermark, shown_order) "
      "VALUES " +
      values);
}

}  // namespace mogate::simulator
