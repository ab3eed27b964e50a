// The tables of mo_catalog, in every account's MariaDB.
#include "tests/simulator/catalog.h"
#include "tests/simulator/mo_ctl.h"

namespace mogate::simulator {

void create_catalog(Backend& backend, bool v4) {
  const std::string tables[] = {
      "CREATE DATABASE mo_catalog",
      "CREATE DATABASE `system`",
      "CREATE DATABASE system_metrics",
      "CREATE TABLE mo_catalog.mo_tables (rel_id bigint unsigned, relname varchar(255), reldatabase "
      "varchar(255), "
      "reldatabase_id bigint unsigned, relpersistence varchar(1000), relkind varchar(1000), rel_comment "
      "varchar(1000), rel_createsql text, created_time timestamp NULL, creator int unsigned, owner int "
      "unsigned, "
      "account_id int unsigned, partitioned tinyint, partition_info blob, viewdef varchar(1000), "
      "`constraint` "
      "varchar(1000), rel_version int unsigned, catalog_version int unsigned" +
          std::string(v4 ? ", rel_logical_id bigint unsigned" : "") +
          ", PRIMARY KEY (account_id, reldatabase, relname))",
      "CREATE TABLE mo_catalog.mo_database (dat_id bigint unsigned, datname varchar(255), dat_catalog_name "
      "varchar(1000), dat_createsql varchar(1000), owner int unsigned, creator int unsigned, created_time "
      "timestamp "
      "NULL, account_id int unsigned, dat_type varchar(32), PRIMARY KEY (account_id, datname))",
      "CREATE TABLE mo_catalog.mo_snapshots (snapshot_id varchar(36), sname varchar(64) PRIMARY KEY, ts "
      "bigint, "
      "level varchar(16), account_name varchar(300), database_name varchar(1000), table_name varchar(1000), "
      "obj_id "
      "bigint unsigned" +
          std::string(v4 ? ", kind varchar(32) NOT NULL DEFAULT 'user'" : "") + ")",
      "CREATE TABLE mo_catalog.mo_foreign_keys (constraint_name varchar(255), constraint_id bigint unsigned, "
      "db_name "
      "varchar(255), db_id bigint unsigned, table_name varchar(255), table_id bigint unsigned, column_name "
      "varchar(255), column_id bigint unsigned, refer_db_name varchar(255), refer_db_id bigint unsigned, "
      "refer_table_name varchar(255), refer_table_id bigint unsigned, refer_column_name varchar(255), "
      "refer_column_id bigint unsigned, on_delete varchar(128), on_update varchar(128))",
      "CREATE TABLE mo_catalog.mo_user (user_id int PRIMARY KEY, user_host varchar(100), user_name "
      "varchar(300), "
      "default_role int)",
      "CREATE TABLE mo_catalog.mo_role (role_id int PRIMARY KEY, role_name varchar(300), creator int, "
      "created_time "
      "timestamp, comments text)",
      "CREATE TABLE mo_catalog.sim_account (account_id int PRIMARY KEY, account_name varchar(300), "
      "admin_name "
      "varchar(300), status varchar(300), created_time timestamp, comments varchar(256), version bigint "
      "unsigned, "
      "suspended_time timestamp NULL)",
      "CREATE TABLE mo_catalog.sim_pitr (pitr_id varchar(36), pitr_name varchar(5000), create_account bigint "
      "unsigned, create_time bigint, modified_time bigint, level varchar(10), account_id bigint unsigned, "
      "account_name varchar(300), database_name varchar(1000), table_name varchar(1000), obj_id bigint "
      "unsigned, pitr_length tinyint unsigned, pitr_unit varchar(10), pitr_status tinyint unsigned, "
      "pitr_status_changed_time bigint" +
          std::string(v4 ? ", kind varchar(32) NOT NULL DEFAULT 'user'" : "") + ")",
      "CREATE TABLE mo_catalog.sim_process (node_id varchar(64), conn_id int unsigned, session_id "
      "varchar(64), "
      "account varchar(300), user varchar(300), host varchar(300), db varchar(300), session_start "
      "varchar(64), "
      "command varchar(64), info varchar(1024), txn_id varchar(64), statement_id varchar(64), statement_type "
      "varchar(64), "
      "query_type varchar(64), sql_source_type varchar(64), query_start varchar(64), client_host "
      "varchar(64), role "
      "varchar(300), proxy_host varchar(64))"};
  for (const auto& sql : tables) backend.query(sql);
  create_publication_catalog(backend);
  create_functions(backend);
}

}  // namespace mogate::simulator
