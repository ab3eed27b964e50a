// DESIGN 6's tables, with the columns that the gateway adds.
#include "rewrite/subscription/state_sql.h"
#include "rewrite/subscription/state_text.h"

namespace mogate::rewrite::state_sql {
namespace {

constexpr char kConfigs[] = R"(create table if not exists mogate.mo_sync_configs (
  task_id int unsigned auto_increment primary key,
  subscription_name varchar(5000) not null,
  sync_level varchar(16) not null,
  account_id bigint not null,
  db_name varchar(5000),
  table_name varchar(5000),
  upstream_conn varchar(5000) not null,
  sync_config json not null,
  state tinyint not null default 0,
  created_at timestamp default current_timestamp,
  updated_at timestamp default current_timestamp on update current_timestamp,
  active_name varchar(64),
  account_name varchar(300) not null,
  uid varchar(12) not null,
  interval_s int unsigned not null,
  engine varchar(16) not null,
  cycle_number bigint unsigned not null default 0,
  cycle_snapshot varchar(64) not null default '',
  ended bigint unsigned not null default 0,
  asked bigint unsigned not null default 0,
  answered bigint unsigned not null default 0,
  verify tinyint not null default 0,
  synced_at timestamp(6),
  error_message varchar(5000),
  unique key active (active_name)
))";

constexpr char kTasks[] = R"(create table if not exists mogate.mo_sync_tasks (
  job_id int unsigned auto_increment primary key,
  task_id int unsigned not null,
  account_id bigint not null,
  db_id bigint not null,
  db_name varchar(5000) not null,
  table_id bigint not null,
  table_name varchar(5000) not null,
  watermark timestamp(6) not null default '1970-01-02 00:00:00',
  snapshot_ts timestamp(6),
  iteration_state tinyint not null default 0,
  cn_uuid varchar(64),
  iteration_lsn bigint default 0,
  error_message varchar(5000),
  created_at timestamp default current_timestamp,
  updated_at timestamp default current_timestamp on update current_timestamp,
  table_version int unsigned not null default 0,
  snapshot_name varchar(64) not null default '',
  rows_done bigint unsigned not null default 0,
  rows_total bigint unsigned not null default 0,
  connection_id bigint unsigned not null default 0
))";

constexpr char kLease[] = R"(create table if not exists mogate.mo_sync_lease (
  id int primary key,
  holder varchar(64) not null,
  expires timestamp(6) not null,
  schema_version int unsigned not null
))";

constexpr char kSecrets[] = R"(create table if not exists mogate.mo_sync_secrets (
  task_id int unsigned primary key,
  sealed varchar(5000) not null
))";

}  // namespace

std::vector<std::string> create_in_sys() {
  return {"create database if not exists mogate", kConfigs, kLease, kSecrets,
          "insert ignore into mogate.mo_sync_lease values (1, '', '1970-01-02 00:00:00', " +
              std::to_string(kSchemaVersion) + ")"};
}

std::vector<std::string> create_tasks() { return {"create database if not exists mogate", kTasks}; }

std::uint32_t read_schema_version(const Rows& rows) {
  return rows.rows.empty() ? 0 : static_cast<std::uint32_t>(count(rows, 0, 0));
}

std::string schema_version() { return "select schema_version from mogate.mo_sync_lease where id = 1"; }

}  // namespace mogate::rewrite::state_sql
