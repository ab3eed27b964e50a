// Rows of mo_catalog.mo_cdc_task, mo_catalog.mo_cdc_watermark and mo_task.sys_daemon_task, which sys alone
// has.
#include "tests/simulator/catalog.h"
#include "tests/simulator/cdc.h"
#include "tests/simulator/tokens.h"

namespace mogate::simulator {
namespace {

void add(std::string& list, const std::vector<std::string>& cells) {
  list += list.empty() ? "(" : ",(";
  for (std::size_t i = 0; i < cells.size(); ++i) list += (i == 0 ? "" : ",") + cells[i];
  list += ")";
}

std::string number(std::uint64_t value) { return std::to_string(value); }

void add_task(const CdcView& view, std::string& list) {
  const auto& d = view.definition;
  auto q = [](const std::string& text) { return quote_string(text); };
  add(list, {number(d.account->id),
             q(d.id),
             q(d.name),
             q(stored_uri(d.source)),
             "''",
             q(stored_uri(d.sink)),
             q(d.sink_type),
             q(d.shown_password),
             "''",
             "''",
             "''",
             q(stored_patterns(d.patterns)),
             q(d.exclude),
             "''",
             "'common'",
             "'common'",
             "''",
             "''",
             "''",
             q(d.created),
             q(view.state),
             "0",
             "'0'",
             d.no_full ? "1" : "0",
             "''",
             q(d.config),
             q(view.error),
             "''",
             "''",
             "''"});
}

void add_watermarks(const CdcView& view, std::string& list) {
  const auto& d = view.definition;
  for (const auto& [table, progress] : view.tables) {
    auto watermark = std::to_string(progress.watermark) + (progress.watermark == 0 ? "-0" : "-1");
    add(list, {number(d.account->id), quote_string(d.id), quote_string(table.first),
               quote_string(table.second), quote_string(watermark), quote_string(progress.error)});
  }
}

void add_daemon(const CdcView& view, std::string& list) {
  const auto& d = view.definition;
  auto when = quote_string(d.created);
  add(list, {number(d.daemon_id), quote_string(d.id), "7", "''", "''", number(d.account->id),
             quote_string(d.account->name), "'CreateCdc'", "''",
             std::to_string(static_cast<int>(view.status)), when, when, when, "NULL", when, "''"});
}

void replace_rows(Backend& backend, const std::string& table, const std::string& values) {
  backend.query("DELETE FROM " + table);
  if (!values.empty()) backend.query("INSERT INTO " + table + " VALUES " + values);
}

}  // namespace

void refresh_cdc_catalog(World& world, Backend& backend) {
  std::string tasks, watermarks, daemons;
  for (const auto& view : world.cdc().views()) {
    add_task(view, tasks);
    add_watermarks(view, watermarks);
    add_daemon(view, daemons);
  }
  replace_rows(backend, "mo_catalog.sim_cdc_task", tasks);
  replace_rows(backend, "mo_catalog.sim_cdc_watermark", watermarks);
  replace_rows(backend, "mo_task.sys_daemon_task", daemons);
}

void create_cdc_catalog(Backend& backend) {
  const std::string path = " varchar(1000) DEFAULT NULL, ";
  backend.query(
      "CREATE TABLE mo_catalog.sim_cdc_task (account_id bigint unsigned NOT NULL, task_id varchar(36) NOT "
      "NULL, "
      "task_name varchar(1000), source_uri text, source_password varchar(1000), sink_uri text, sink_type "
      "varchar(20), sink_password varchar(1000), sink_ssl_ca_path" +
      path + "sink_ssl_cert_path" + path + "sink_ssl_key_path" + path +
      "tables text, filters text, opfilters text, source_state varchar(20), sink_state varchar(20), start_ts "
      "varchar(1000), end_ts varchar(1000), config_file" +
      path +
      "task_create_time datetime, state varchar(20), checkpoint bigint unsigned, checkpoint_str "
      "varchar(1000), "
      "no_full tinyint(1), incr_config varchar(1000), additional_config text, err_msg varchar(256), "
      "reserved2 text, "
      "reserved3 text, reserved4 text, PRIMARY KEY (account_id, task_id))");
  backend.query(
      "CREATE TABLE mo_catalog.sim_cdc_watermark (account_id bigint unsigned NOT NULL, task_id varchar(36) "
      "NOT NULL, "
      "db_name varchar(256) NOT NULL, table_name varchar(256) NOT NULL, watermark varchar(128), err_msg "
      "varchar(256), "
      "PRIMARY KEY (account_id, task_id, db_name, table_name))");
  backend.query(
      "CREATE TABLE mo_task.sys_daemon_task (task_id bigint NOT NULL, task_metadata_id varchar(50), "
      "task_metadata_executor int, task_metadata_context blob, task_metadata_option varchar(1000), "
      "account_id int "
      "unsigned NOT NULL, account varchar(128) NOT NULL, task_type varchar(64) NOT NULL, task_runner "
      "varchar(64), "
      "task_status int NOT NULL, last_heartbeat timestamp NULL, create_at timestamp NULL, update_at "
      "timestamp NULL, "
      "end_at timestamp NULL, last_run timestamp NULL, details blob, PRIMARY KEY (task_id))");
}

}  // namespace mogate::simulator
