#include "rewrite/subscription/upstream_sql.h"

#include "rewrite/sql/quoting.h"
#include "rewrite/subscription/row_batches.h"
#include "rewrite/subscription/values.h"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace mogate::rewrite::upstream_sql {
namespace {

using sql::quote_name;
using sql::quote_string;

std::uint64_t number(const std::optional<std::string>& cell) {
  std::uint64_t value = 0;
  if (cell) std::from_chars(cell->data(), cell->data() + cell->size(), value);
  return value;
}

// Of no snapshot: as it is now.
std::string at(std::string_view snapshot) {
  return snapshot.empty() ? "" : "{snapshot = " + quote_string(snapshot) + "}";
}

}  // namespace

std::string create_snapshot(const Subscription& s) {
  std::string scope = s.table.empty() ? "database " + quote_name(s.database)
                                      : "table " + quote_name(s.database) + " " + quote_name(s.table);
  return "create snapshot " + s.snapshot + " for " + scope;
}

std::string drop_snapshot(std::string_view name) { return "drop snapshot if exists " + std::string(name); }

std::string snapshots(const Subscription& s) {
  return "select sname, ts from mo_catalog.mo_snapshots where sname like " +
         quote_string("mogate\\_" + s.uid + "\\_%");
}

std::map<std::string, std::uint64_t, std::less<>> read_snapshots(const Rows& rows) {
  std::map<std::string, std::uint64_t, std::less<>> out;
  for (const auto& row : rows.rows) out.emplace(row[0].value_or(""), number(row[1]));
  return out;
}

std::string watermark(std::uint64_t nanoseconds) {
  auto seconds = static_cast<std::time_t>(nanoseconds / 1000000000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char date[32], all[48];
  std::strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &utc);
  std::snprintf(all, sizeof all, "%s.%06u", date, static_cast<unsigned>(nanoseconds / 1000 % 1000000));
  return all;
}

std::string tables_at(const Subscription& s, std::uint64_t nanoseconds) {
  return "select reldatabase_id, rel_id, rel_version, relname from mo_catalog.mo_tables{mo_ts = " +
         std::to_string(nanoseconds) +
         "} where account_id = current_account_id() and reldatabase = " + quote_string(s.database) +
         " and relkind = 'r' and relname not like '\\_\\_mo\\_%' and relname not like '\\%!\\%%'" +
         (s.table.empty() ? "" : " and relname = " + quote_string(s.table));
}

std::vector<UpstreamTable> read_tables(const Rows& rows) {
  std::vector<UpstreamTable> out;
  for (const auto& row : rows.rows)
    out.push_back(
        {number(row[0]), number(row[1]), static_cast<std::uint32_t>(number(row[2])), row[3].value_or("")});
  return out;
}

std::string views(const Subscription& s) {
  return "select relname from mo_catalog.mo_tables where account_id = current_account_id() and reldatabase "
         "= " +
         quote_string(s.database) + " and relkind in ('v', 'S', 'e')";
}

std::string show_create(std::string_view database, std::string_view table, std::string_view snapshot) {
  return "show create table " + table_path(database, table) + at(snapshot);
}

std::string read_definition_text(const Rows& rows) {
  bool there = !rows.rows.empty() && rows.rows[0].size() > 1;
  return there ? rows.rows[0][1].value_or("") : "";
}

std::string select_rows(std::string_view database, std::string_view table, const TableDefinition& definition,
                        std::string_view snapshot) {
  return "select " + select_list(definition) + " from " + table_path(database, table) + at(snapshot);
}

std::string ordered_rows(std::string_view database, std::string_view table, const TableDefinition& definition,
                         std::string_view snapshot) {
  std::string keys;
  for (const auto& name : definition.primary_key)
    keys += (keys.empty() ? "" : ", ") + ("cast(" + quote_name(name) + " as char)");
  return "select " + keys + ", " + select_list(definition) + " from " + table_path(database, table) +
         at(snapshot) + " order by " + keys;
}

std::string count_rows(std::string_view database, std::string_view table, std::string_view snapshot) {
  return "select count(*) from " + table_path(database, table) + at(snapshot);
}

std::string diff(std::string_view database, const SyncTask& base, const UpstreamTable& table,
                 std::string_view snapshot) {
  return "data branch diff " + table_path(database, table.name) + at(snapshot) + " against " +
         table_path(database, base.table) + at(base.snapshot);
}

}  // namespace mogate::rewrite::upstream_sql
